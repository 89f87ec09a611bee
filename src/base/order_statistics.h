// Order statistics: what a handful of samples say about the median, without assuming a distribution.
#pragma once

#include <array>
#include <optional>
#include <span>

namespace pcbench {

/// The sample median: the middle value, or the mean of the two middle ones. Requires: SAMPLES is not empty,
/// no NaN.
[[nodiscard]] double median(std::span<const double> samples);

/// An interval that covers the median of the samples' distribution with probability at least 95 %, whatever
/// that distribution is: from the k-th smallest to the k-th largest sample with the largest k such that 1 - 2
/// P(Binomial(n, 1/2) < k) >= 0.95 (exact; ties only widen the coverage). nullopt: below 6 samples even the
/// whole range covers less. Requires: samples are independent; no NaN. Source: David and Nagaraja, "Order
/// Statistics", 3rd edition, section 7.1.
[[nodiscard]] std::optional<std::array<double, 2>> median_interval95(std::span<const double> samples);

/// Half the width of median_interval95 over the median's magnitude: what adaptive rounds compare with
/// `precision`. Infinite while there is no interval, or the median is 0 and the interval is not.
[[nodiscard]] double relative_half_width(std::span<const double> samples);

}  // namespace pcbench
