#include "plan/expand.h"

#include <fmt/format.h>

#include <algorithm>

#include "plan/keys.h"
#include "plan/resolve.h"
#include "plan/values.h"

namespace pcbench {
namespace {

constexpr std::size_t kExclusionsMax = 1000;

using Axes = std::vector<Axis>;

Axis* find_axis(Axes& axes, std::string_view key) {
  const auto axis =
      std::find_if(axes.begin(), axes.end(), [key](const Axis& known) { return known.key == key; });
  return axis == axes.end() ? nullptr : &*axis;
}

/// The axes of a case or of `defaults`, each key with at most one of its rivals.
Axes case_axes(const Json& object, const std::string& pointer, Problems& problems) {
  Axes axes = axes_of(object, pointer, case_keys(), problems);
  for (const auto& [one, other] : kRivals) {
    Axis* first = find_axis(axes, one);
    Axis* second = find_axis(axes, other);
    if (first == nullptr || second == nullptr) continue;
    problems.add(pointer + pointer_token(other), object[std::string(other)],
                 fmt::format("stands beside {}, which says the same thing in another way", one),
                 "keep one of the two");
    first->values.clear();
    second->values.clear();
  }
  return axes;
}

/// What OWN says, and what DEFAULTS say where it and its rivals are silent, in the order of the keys.
Axes merged(const Axes& defaults, const Axes& own) {
  const auto says = [&own](std::string_view key) {
    return std::any_of(own.begin(), own.end(), [key](const Axis& axis) { return axis.key == key; });
  };
  const auto hidden = [&](std::string_view key) {
    return says(key) || std::any_of(std::begin(kRivals), std::end(kRivals), [&](const auto& rivals) {
             return (key == rivals.first && says(rivals.second)) ||
                    (key == rivals.second && says(rivals.first));
           });
  };
  Axes all = own;
  for (const Axis& axis : defaults)
    if (!hidden(axis.key)) all.push_back(axis);
  const auto rank = [](const Axis& axis) { return find_key(case_keys(), axis.key); };
  std::sort(all.begin(), all.end(), [rank](const Axis& a, const Axis& b) { return rank(a) < rank(b); });
  return all;
}

/// The values that all cases share.
Json single_values(const Axes& defaults) {
  Json given = Json::object();
  for (const Axis& axis : defaults)
    if (axis.values.size() == 1 && !axis.swept) given[std::string(axis.key)] = axis.values.front().value;
  return given;
}

/// Whether WANTED is VALUE or, of an object, a part of it.
bool matches(const Json& wanted, const Json& value) {
  if (!wanted.is_object()) return wanted == value;
  for (const auto& [key, inner] : wanted.items())
    if (!value.contains(key) || !matches(inner, value[key])) return false;
  return true;
}

/// One element of `exclude`.
struct Exclusion {
  std::string pointer;
  Axes axes;
  bool used = false;

  [[nodiscard]] bool covers(const Json& resolved) const {
    return std::all_of(axes.begin(), axes.end(), [&resolved](const Axis& axis) {
      const Json& value = resolved[std::string(axis.key)];
      return std::any_of(axis.values.begin(), axis.values.end(),
                         [&](const Given& given) { return matches(given.value, value); });
    });
  }
};

std::vector<Exclusion> read_exclusions(const Json& document, Problems& problems) {
  std::vector<Exclusion> exclusions;
  const Json list = document.value("exclude", Json::array());
  if (!list.is_array() || list.size() > kExclusionsMax) {
    problems.add("/exclude", list, fmt::format("must be a list of at most {} partial cases", kExclusionsMax),
                 R"(for example [{"transport": "pipe", "topology": "4x4"}])");
    return exclusions;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string pointer = fmt::format("/exclude/{}", i);
    if (!list[i].is_object() || list[i].empty())
      problems.add(pointer, list[i], "must be an object with one key of a case or several",
                   "an empty one would leave out every case");
    else exclusions.push_back({pointer, axes_of(list[i], pointer, case_keys(), problems)});
  }
  return exclusions;
}

class Expander {
 public:
  Expander(const Json& document, Problems& problems) : document_(document), problems_(problems) {}

  Expansion run() {
    read_defaults();
    exclusions_ = read_exclusions(document_, problems_);
    const auto cases = document_.find("cases");
    if (cases == document_.end())
      problems_.add_missing("/cases", "is missing: nothing to run", "list one case or several");
    else if (!cases->is_array())
      problems_.add("/cases", *cases, "must be a list of cases", "put the case in [ ]");
    else if (cases->empty())
      problems_.add("/cases", *cases, "no cases: nothing to run", "list one case or several");
    else if (cases->size() > kCasesMax)
      problems_.add("/cases", *cases, fmt::format("more than {} cases", kCasesMax),
                    "use sweeps, in several configs");
    else read_cases(*cases);
    return std::move(result_);
  }

 private:
  void read_defaults() {
    const Json defaults = document_.value("defaults", Json::object());
    if (defaults.is_object()) defaults_ = case_axes(defaults, "/defaults", problems_);
    else
      problems_.add("/defaults", defaults, "must be an object: a partial case",
                    "for example {\"messages\": 1000}");
    base_ = single_values(defaults_);
  }

  void read_cases(const Json& cases) {
    result_.sources.reserve(cases.size());  // drafts point at their source
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const std::string pointer = fmt::format("/cases/{}", i);
      if (cases[i].is_object()) read_case(cases[i], pointer);
      else
        problems_.add(pointer, cases[i], "must be an object",
                      "for example {\"transport\": \"shm_mpmc_ring\"}");
    }
    if (combinations_ > kCasesMax)
      problems_.add_missing("/cases", fmt::format("the sweeps make more than {} cases", kCasesMax),
                            "sweep fewer values");
    else if (result_.drafts.empty() && problems_.empty())
      problems_.add_missing("/exclude", "leaves out every case: nothing to run", "leave out fewer");
    else warn_unused();
  }

  void read_case(const Json& object, const std::string& pointer) {
    const Axes axes = merged(defaults_, case_axes(object, pointer, problems_));
    CaseSource& source = result_.sources.emplace_back(CaseSource{pointer, {}, {}});
    bool has_transport = false;
    for (const Axis& axis : axes) {
      if (axis.values.empty()) source.bad.insert(axis.key);
      if (axis.swept) source.swept.insert(axis.key);
      has_transport = has_transport || axis.key == "transport";
    }
    if (!has_transport)
      problems_.add_missing(pointer, "transport is missing", "name one of `bench list transports`");
    combinations_ = std::min(kCasesMax + 1, combinations_ + count_combinations(axes));
    if (combinations_ > kCasesMax || !has_transport || source.bad.contains("transport")) return;
    for_each_combination(axes, [&](const auto& combination) { add_draft(source, combination); });
  }

  template <class Combination>
  void add_draft(const CaseSource& source, const Combination& combination) {
    Json given = Json::object();
    Draft draft{&source, {}, {}, {}};
    for (const auto& [axis, value] : combination) {
      given[std::string(axis->key)] = value->value;
      draft.pointers.emplace(axis->key, value->pointer);
    }
    draft.resolved = resolve(given);
    bool excluded = false;
    for (Exclusion& exclusion : exclusions_) {
      const bool covered = exclusion.covers(draft.resolved);
      exclusion.used = exclusion.used || covered;
      excluded = excluded || covered;
    }
    if (excluded) return;
    base_["transport"] = given["transport"];
    draft.base = resolve(base_);
    result_.drafts.push_back(std::move(draft));
  }

  void warn_unused() {
    for (const Exclusion& exclusion : exclusions_)
      if (!exclusion.used)
        result_.warnings.push_back({"exclude_unused", fmt::format("{} leaves out no case", exclusion.pointer),
                                    "remove it, or write its values as the cases do", ""});
  }

  const Json& document_;
  Problems& problems_;
  Axes defaults_;
  Json base_;
  std::vector<Exclusion> exclusions_;
  std::uint64_t combinations_ = 0;
  Expansion result_;
};

}  // namespace

Expansion expand(const Json& document, Problems& problems) { return Expander(document, problems).run(); }

}  // namespace pcbench
