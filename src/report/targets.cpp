#include "report/targets.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"

namespace pcbench {

std::vector<Target> targets_of(std::span<const std::string> outs, bool (*is_format)(std::string_view name)) {
  std::vector<Target> targets;
  std::vector<std::string> places;
  for (const std::string& out : outs) {
    const std::size_t colon = out.find(':');
    const bool named = colon != std::string::npos && is_format(out.substr(0, colon));
    Target target = named ? Target{out.substr(0, colon), out.substr(colon + 1)} : Target{"json", out};
    if (target.path.empty()) throw Error("there is no file's name", "--out " + out, "write --out FILE");
    const std::string place = target.path == "-" ? "-" : place_of(target.path);
    if (std::find(places.begin(), places.end(), place) != places.end()) {
      if (place == "-")
        throw Error("stdout is to carry two reports", "--out " + out, "send one of them to a file");
      throw Error("two reports would go to one file", "--out " + out, "give each its own");
    }
    places.push_back(place);
    targets.push_back(std::move(target));
  }
  return targets;
}

std::string place_of(const std::string& path) {
  std::error_code failed;
  const std::filesystem::path place =
      std::filesystem::weakly_canonical(std::filesystem::absolute(path), failed);
  return failed ? path : place.string();
}

}  // namespace pcbench
