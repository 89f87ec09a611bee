// Error: the one exception of the control plane, caught once in main.
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace pcbench {

/// What went wrong, where (a JSON pointer, a path, a system call) and what to do about it.
struct Error : std::exception {
  std::string message;  ///< what is wrong, with the value at fault
  std::string where;    ///< the place: JSON pointer, file or call; may be empty
  std::string hint;     ///< the remedy; may be empty

  explicit Error(std::string what_is_wrong, std::string place = {}, std::string remedy = {})
      : message(std::move(what_is_wrong)), where(std::move(place)), hint(std::move(remedy)) {}

  [[nodiscard]] const char* what() const noexcept override { return message.c_str(); }
};

/// An Error for a failed system call: names the call and errno's text. Requires: errno is still that call's.
[[nodiscard]] Error system_error(const std::string& call, std::string remedy = {});

}  // namespace pcbench
