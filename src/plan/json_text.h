// json_text: from bytes to JSON, refusing what a config must not be: huge, deep, ambiguous or broken.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/json_pointer.h"

namespace pcbench {

using Json = nlohmann::json;

inline constexpr std::size_t kTextBytesMax = 8U << 20U;
inline constexpr std::size_t kDepthMax = 64;

/// The bytes of FILE ("-": standard input). Errors: Error when it cannot be read or holds more than
/// kTextBytesMax.
[[nodiscard]] std::string read_text(const std::string& file);

/// TEXT as JSON; NAME stands for its file. Strict: no comments, no trailing commas, no key twice in one
/// object, no byte that is not UTF-8, at most kDepthMax levels and BYTES_MAX bytes. Errors: Error saying
/// line, column and what was expected.
[[nodiscard]] Json parse_json(std::string_view text, const std::string& name,
                              std::size_t bytes_max = kTextBytesMax);

/// VALUE in one short line of printable ASCII, for messages; lists and objects only by their size.
[[nodiscard]] std::string shown(const Json& value);

/// TEXT in double quotes, with everything that could upset a terminal escaped, cut after some 80 characters.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace pcbench
