// The JSON Schemas of schemas/, embedded when the program is built.
#pragma once

#include <string_view>

namespace pcbench {

[[nodiscard]] std::string_view config_schema() noexcept;
[[nodiscard]] std::string_view report_schema() noexcept;

}  // namespace pcbench
