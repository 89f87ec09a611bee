// Broker: what the transports share whose channel is inside a server: which server that is.
// Owner       run/: a server that was started ends with the process that started it
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/error.h"
#include "model/case.h"
#include "model/round_spec.h"
#include "transport/brokers/local_server.h"
#include "transport/transport.h"

namespace pcbench {

inline constexpr OptionRow kServerOption{"server",
                                         "a server that runs already; without it one is started for the run",
                                         {},
                                         is_server,
                                         "host:port"};

/// Whether a LINK can be made to AT.
template <class Link>
[[nodiscard]] bool answers(const ServerName& at) {
  try {
    const Link trial(at);
  } catch (const Error&) {
    return false;
  }
  return true;
}

/// The one of PROGRAM that all channels of this process share; started when it is first asked for, or when it
/// has ended. Errors: Error.
[[nodiscard]] inline const ServerName& started_server(const ServerProgram& program) {
  static std::map<std::string, std::unique_ptr<LocalServer>> servers;
  std::unique_ptr<LocalServer>& server = servers[program.name];
  if (!server || !server->alive()) {
    server.reset();
    server = std::make_unique<LocalServer>(program);
  }
  return server->at();
}

/// The one that SPEC names, or one of PROGRAM. Errors: Error.
[[nodiscard]] inline ServerName server_of(const RoundSpec& spec, const ServerProgram& program) {
  const std::string_view named = spec.transport_option.view();
  return named.empty() ? started_server(program) : parse_server(named).value();
}

/// As `effective` tells it.
[[nodiscard]] inline std::string server_fact(const RoundSpec& spec) {
  const std::string_view named = spec.transport_option.view();
  return named.empty() ? "started" : std::string(named);
}

/// Why there is no server for CONFIG: none to start, or the one that it names does not answer to a LINK.
template <class Link>
[[nodiscard]] std::string refuse_broker(const Case& config, const ServerProgram& program) {
  const auto& options = config.transport_options;
  const std::string named = options.empty() ? "" : options.begin()->second;
  if (named.empty()) {
    if (!find_program(program.name).empty()) return {};
    return "there is no " + program.name + " to start: install " + program.package +
           ", or name a server: transport_options {\"server\": \"host:port\"}";
  }
  try {
    const Link trial(parse_server(named).value());
  } catch (const Error& e) {
    return e.message + ": " + e.hint;
  }
  return {};
}

}  // namespace pcbench
