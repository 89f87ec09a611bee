// json_file: JSON files of unknown origin.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

namespace pcbench {

/// The JSON of file PATH without the members called one of SKIPPED, which are read over as cheaply as can be.
/// Errors: Error when it cannot be read, is no JSON (with line and column), too deep, or holds a number that
/// no double holds.
[[nodiscard]] nlohmann::json read_json_file(const std::string& path,
                                            std::span<const std::string_view> skipped = {});

/// All of it, with keys in the file's order.
[[nodiscard]] nlohmann::ordered_json read_ordered_json_file(const std::string& path);

}  // namespace pcbench
