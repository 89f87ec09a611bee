#include "stats/holm.h"

#include <algorithm>
#include <numeric>

namespace pcbench {

std::vector<double> holm_adjusted(std::span<const double> p, std::size_t family) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [p](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double so_far = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    so_far = std::max(so_far, p[order[i]] * static_cast<double>(family - i));
    adjusted[order[i]] = std::min(1.0, so_far);
  }
  return adjusted;
}

std::vector<Look> declared_looks(std::size_t pairs) {
  constexpr Look kLooks[] = {{16, 0.2}, {24, 0.3}, {40, 0.5}};
  std::vector<Look> looks;
  double left = 1;
  for (const Look& look : kLooks) {
    if (look.pairs >= pairs) break;
    looks.push_back(look);
    left -= look.share;
  }
  if (looks.size() == std::size(kLooks)) {
    looks.back().pairs = pairs;  // more pairs than the last look declares: it waits for them
  } else {
    looks.push_back({pairs, left});
  }
  return looks;
}

}  // namespace pcbench
