// Package: what stands in for a transport that this build cannot have.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "transport/transport.h"

namespace pcbench {

[[nodiscard]] inline std::string install(std::string_view package) {
  return "install " + std::string(package) + ", then configure again";
}

[[nodiscard]] inline std::string unseen_by_thread_sanitizer() {
  return "ThreadSanitizer does not see its order of memory; use another build";
}

/// Never called by a run: a case whose transport is unavailable is refused.
[[nodiscard]] inline std::unique_ptr<Channel> create_nothing(const RoundSpec& spec) {
  throw Error(std::string(spec.transport.view()) + " was not compiled in");
}

}  // namespace pcbench
