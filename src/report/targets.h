// targets: what `--out` says: where reports go, and in which form.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pcbench {

struct Target {
  std::string format;
  std::string path;  ///< "-": stdout
};

/// What each of OUTS, FILE or FORMAT:FILE, says; without FORMAT it is JSON. Only a name that IS_FORMAT before
/// the colon makes it one: names with a colon are files like any other. Errors: Error for a missing name, and
/// for two that go to one place.
[[nodiscard]] std::vector<Target> targets_of(std::span<const std::string> outs,
                                             bool (*is_format)(std::string_view name));

/// PATH with everything taken out by which two names of one file differ.
[[nodiscard]] std::string place_of(const std::string& path);

}  // namespace pcbench
