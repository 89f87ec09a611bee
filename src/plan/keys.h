// keys: what a config may say, one row a key. Parsing, messages and the agreement with schemas/config-1.json
// come from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pcbench {

/// Of one role. A round keeps a tally for each pair of workers.
inline constexpr std::uint64_t kWorkersMax = 1024;

/// Inclusive.
template <class T>
struct Range {
  T least;
  T most;
};

/// One name a value may be.
struct Choice {
  std::string_view name;
  bool later = false;  ///< known, but its effect is not built yet: refused as "not supported yet"
};

/// A key and the values it takes: any of the forms that are set.
struct KeyRow {
  std::string_view key;
  std::string_view help;
  std::string_view fallback = {};  ///< the default, as JSON; empty: there is none
  std::optional<Range<std::uint64_t>> integer = {};
  std::optional<Range<double>> number = {};
  std::vector<Choice> names = {};
  bool (*text)(std::string_view) = nullptr;  ///< any string for which this holds …
  std::string_view text_form = {};           ///< … which in words is this
  bool object = false;                       ///< an object of MEMBERS
  std::vector<KeyRow> members = {};
  std::vector<KeyRow> item = {};  ///< one row: a list of such values
  Range<std::size_t> items = {0, 0};
  bool required = false;  ///< of an object in a list: it must say this
  bool sweeps = true;     ///< a list of values stands for one case each
  bool later = false;     ///< whatever differs from the default is "not supported yet"
};

[[nodiscard]] const std::vector<KeyRow>& top_keys();
/// In the order in which sweeps expand: the last one varies fastest.
[[nodiscard]] const std::vector<KeyRow>& case_keys();

/// Pairs of keys of a case that say the same thing in two ways. A case has one of them and then hides the
/// other one's default.
inline constexpr std::pair<std::string_view, std::string_view> kRivals[] = {
    {"topology", "producers"}, {"topology", "consumers"}, {"messages", "duration_s"}};

/// The P and C of "PxC"; nullopt: TEXT is not of that form or out of range.
[[nodiscard]] std::optional<std::pair<std::uint32_t, std::uint32_t>> parse_topology(std::string_view text);

/// Names of the KEYS, or of the CHOICES that can be used now.
[[nodiscard]] std::vector<std::string_view> names_of(const std::vector<KeyRow>& keys);
[[nodiscard]] std::vector<std::string_view> names_of(const std::vector<Choice>& choices);

/// The row called KEY; nullptr: there is none.
[[nodiscard]] const KeyRow* find_key(const std::vector<KeyRow>& keys, std::string_view key);

/// What ROW takes, in words: `an integer from 1 to 1024 or "auto"`.
[[nodiscard]] std::string describe(const KeyRow& row);

}  // namespace pcbench
