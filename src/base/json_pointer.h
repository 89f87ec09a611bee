// json_pointer: places in JSON as RFC 6901 spells them.
#pragma once

#include <string>
#include <string_view>

namespace pcbench {

/// KEY as a step of a pointer: "/a~1b" of a/b.
[[nodiscard]] inline std::string pointer_token(std::string_view key) {
  std::string token = "/";
  for (const char c : key) {
    if (c == '~') token += "~0";
    else if (c == '/') token += "~1";
    else token += c;
  }
  return token;
}

}  // namespace pcbench
