// json_view: JSON of unknown origin, read with the place of every value at hand for the message when it is
// wrong.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pcbench {

/// The JSON of file PATH without the members called one of SKIPPED, which are read over as cheaply as can be.
/// Errors: Error when it cannot be read, is no JSON (with line and column) or too deep.
[[nodiscard]] nlohmann::json read_json_file(const std::string& path,
                                            std::span<const std::string_view> skipped);

/// A value and its place. Every accessor throws Error naming both when the value is not what was asked for.
/// Does not own the JSON.
class JsonView {
 public:
  JsonView(const nlohmann::json& json, std::string file) : json_(&json), file_(std::move(file)) {}

  [[nodiscard]] JsonView at(std::string_view key) const;                        ///< must be there
  [[nodiscard]] bool has(std::string_view key) const;                           ///< there and not null
  [[nodiscard]] std::vector<JsonView> items() const;                            ///< of an array
  [[nodiscard]] std::vector<std::pair<std::string, JsonView>> members() const;  ///< of an object

  [[nodiscard]] std::string string() const;
  [[nodiscard]] double number() const;
  [[nodiscard]] std::uint64_t count() const;  ///< an integer of at least 0
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] const nlohmann::json& json() const noexcept { return *json_; }

  /// Throws Error: the value of this place breaks RULE.
  [[noreturn]] void reject(const std::string& rule) const;

 private:
  JsonView(const nlohmann::json& json, const std::string& file, std::string pointer)
      : json_(&json), file_(file), pointer_(std::move(pointer)) {}

  const nlohmann::json* json_;
  std::string file_;
  std::string pointer_;
};

}  // namespace pcbench
