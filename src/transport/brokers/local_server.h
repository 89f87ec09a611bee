// LocalServer: a server program that this process has started on a free port of the loopback, for as long as
// it lives.
// Owner       whoever makes it, in the process that made it: forked workers leave it alone. A guardian, a
//             process of its own between the two, ends the server and removes its folder when it is told to
//             or its maker is dead, whatever that died of
// Peer death  guardian: the server dies with it; only then may a folder, called pcbench-…, be left
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pcbench {

/// Where a server listens.
struct ServerName {
  std::string host;
  std::uint16_t port = 0;

  [[nodiscard]] std::string text() const { return host + ":" + std::to_string(port); }
};

/// TEXT as "host:port"; nullopt: it is not of that form.
[[nodiscard]] std::optional<ServerName> parse_server(std::string_view text) noexcept;
[[nodiscard]] inline bool is_server(std::string_view text) { return parse_server(text).has_value(); }

/// "pcbench-…", which no other channel of any process of any machine is likely to have.
[[nodiscard]] std::string unique_name();

/// A program that serves, and how it is run.
struct ServerProgram {
  std::string name;
  std::string package;  ///< Debian's, which brings it
  bool wants_folder;    ///< it cannot do without files
  std::vector<std::string> (*arguments)(std::uint16_t port, const std::string& folder);
  bool (*answers)(const ServerName& at);  ///< whether the server is ready there
};

/// Where PROGRAM is; empty: it is not installed.
[[nodiscard]] std::string find_program(const std::string& name);

class LocalServer {
 public:
  /// Errors: Error where it is not installed or does not come up.
  explicit LocalServer(const ServerProgram& program);
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;
  ~LocalServer();

  [[nodiscard]] const ServerName& at() const noexcept { return at_; }
  [[nodiscard]] bool alive() noexcept;

 private:
  /// Whether it answered before it ended.
  [[nodiscard]] bool start(const ServerProgram& program, const std::string& path);
  void stop() noexcept;

  pid_t maker_;
  pid_t guardian_ = -1;  // -1: none
  ServerName at_;
};

}  // namespace pcbench
