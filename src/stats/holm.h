// holm: many claims judged together, so that the chance of any false alarm in a whole report stays below
// alpha.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace pcbench {

/// Holm's adjusted p of each of P, in their order: a claim may be rejected at alpha where its own is at most
/// alpha. FAMILY counts claims, also those no longer under test, which keeps the rate when claims leave by
/// what was seen of them. Requires: family >= p.size().
[[nodiscard]] std::vector<double> holm_adjusted(std::span<const double> p, std::size_t family);

/// One declared moment at which claims are judged: after PAIRS pairs, with SHARE of alpha.
struct Look {
  std::size_t pairs;
  double share;
};

/// The looks of a comparison of at most PAIRS pairs: 16, 24 and 40 with 0.2, 0.3 and 0.5 of alpha. Those at
/// PAIRS or beyond become one last look at PAIRS with all that is left, so that the shares always sum to 1.
/// Requires: pairs > 0.
[[nodiscard]] std::vector<Look> declared_looks(std::size_t pairs);

}  // namespace pcbench
