// The JSON Schemas of schemas/, embedded when the program is built.
#pragma once

#include <span>
#include <string_view>

namespace pcbench {

struct SchemaRow {
  std::string_view name;  ///< as `bench schema` takes it
  std::string_view text;
};

[[nodiscard]] std::span<const SchemaRow> schemas() noexcept;
/// Empty: there is none of this name.
[[nodiscard]] std::string_view schema_named(std::string_view name) noexcept;

}  // namespace pcbench
