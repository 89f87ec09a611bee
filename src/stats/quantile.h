// Quantiles and sums of histograms.
#pragma once

#include <cstdint>
#include <optional>

#include "model/histogram.h"

namespace pcbench {

/// The nearest-rank quantile: the middle of the bucket that holds the ceil(q n)-th smallest of n samples, in
/// the histogram's unit. ABOVE of them are known only to be larger than all in HISTOGRAM. nullopt: it is one
/// of those, or fewer than kSamplesAboveMin samples are ranked above it. Requires: 0 < q < 1.
[[nodiscard]] std::optional<double> quantile(const Histogram& histogram, double q, std::uint64_t above = 0);

/// Adds the counts of FROM to INTO. Quantiles are never averaged; histograms are added.
void add_histogram(Histogram& into, const Histogram& from);

}  // namespace pcbench
