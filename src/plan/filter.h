// filter: which cases of a plan are wanted, as "transport:shm* producers:4".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/json_text.h"

namespace pcbench {

/// Whether the whole TEXT matches PATTERN, where * is any text and ? any one character.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

/// KEY:PATTERN terms, all of which must match. KEY is a key of a case, a member of `work`, `load` or
/// `transport_options`, or `id`.
class Filter {
 public:
  /// Errors: Error naming the term that is wrong.
  explicit Filter(const std::string& expression);

  [[nodiscard]] bool matches(const std::string& id, const Json& resolved) const;

 private:
  std::vector<std::pair<std::string, std::string>> terms_;
};

}  // namespace pcbench
