// json_view: JSON of unknown origin, read with the place of every value at hand for the message when it is
// wrong.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace pcbench {

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
  [[nodiscard]] bool boolean() const;

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
