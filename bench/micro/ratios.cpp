#include "ratios.h"

#include <string>

#include "base/order_statistics.h"
#include "doctor/limits.h"
#include "run/placement.h"

namespace pcbench::micro {
namespace {

void count(benchmark::State& state, const std::vector<double>& ratios, const std::string& suffix) {
  if (ratios.empty()) return;
  state.counters["ratio" + suffix] = median(ratios);
  if (const auto interval = median_interval95(ratios)) {
    state.counters["low" + suffix] = (*interval)[0];
    state.counters["high" + suffix] = (*interval)[1];
  }
}

}  // namespace

bool Ratios::begin() {
  lines_per_s_ = hand_over_lines_per_s();
  return is_near(lines_per_s_);
}

void Ratios::end(double ratio) {
  all_.push_back(ratio);
  const PlacementClass kind = classify_placement(lines_per_s_, hand_over_lines_per_s()).kind;
  if (kind == PlacementClass::near) near_.push_back(ratio);
  if (kind == PlacementClass::far) far_.push_back(ratio);
}

void Ratios::report(benchmark::State& state, const char* label) const {
  state.SetLabel(label);
  count(state, all_, "");
  count(state, near_, "_near");
  count(state, far_, "_far");
  state.counters["n_near"] = static_cast<double>(near_.size());
  state.counters["n_far"] = static_cast<double>(far_.size());
}

}  // namespace pcbench::micro
