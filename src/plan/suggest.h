// suggest: "did you mean", for names that are nearly right.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pcbench {

/// How many insertions, deletions, replacements and swaps of neighbours turn A into B (Damerau-Levenshtein
/// distance in its optimal string alignment form: no part is edited twice).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The one of NAMES that TEXT most likely stands for; empty: none is near.
[[nodiscard]] std::string_view closest(std::string_view text, const std::vector<std::string_view>& names);

/// The remedy for a wrong name: `did you mean "pipe"?`, or all NAMES.
[[nodiscard]] std::string did_you_mean(std::string_view text, const std::vector<std::string_view>& names);

}  // namespace pcbench
