// What stands in the row of a transport whose package was not there when pcbench was configured.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "transport/transport.h"

namespace pcbench {

[[nodiscard]] inline std::string install(std::string_view package) {
  return "install " + std::string(package) + ", then configure again";
}

/// Never called by a run: a case whose transport is unavailable is refused.
[[nodiscard]] inline std::unique_ptr<Channel> create_nothing(const RoundSpec& spec) {
  throw Error(std::string(spec.transport.view()) + " was not compiled in");
}

}  // namespace pcbench
