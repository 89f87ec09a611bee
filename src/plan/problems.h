// problems: collects all that is wrong with a config, so that it is reported at once.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "plan/json_text.h"
#include "plan/plan.h"

namespace pcbench {

class Problems {
 public:
  /// Notes that the VALUE at POINTER breaks RULE. The same rule is told once a place, however many cases of a
  /// sweep break it there; beyond kShownMax only their number is kept.
  void add(const std::string& pointer, const Json& value, const std::string& rule,
           const std::string& remedy = {});
  /// The same where there is no value.
  void add_missing(const std::string& pointer, const std::string& rule, const std::string& remedy = {});

  /// Whether more are only counted, so that nobody needs to find words for them.
  [[nodiscard]] bool full() const noexcept { return errors_.size() == kShownMax; }
  [[nodiscard]] bool empty() const noexcept { return errors_.empty(); }
  /// All of them; the last one tells how many more there are.
  [[nodiscard]] std::vector<ConfigError> take();

 private:
  static constexpr std::size_t kShownMax = 100;

  [[nodiscard]] bool is_new(const std::string& pointer, const std::string& rule);

  std::vector<ConfigError> errors_;
  std::set<std::pair<std::string, std::string>> seen_;
  std::size_t more_ = 0;
};

}  // namespace pcbench
