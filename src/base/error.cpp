#include "base/error.h"

#include <cerrno>
#include <system_error>

namespace pcbench {

Error system_error(const std::string& call, std::string remedy) {
  return Error(std::generic_category().message(errno), call, std::move(remedy));
}

}  // namespace pcbench
