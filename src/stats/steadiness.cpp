#include "stats/steadiness.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/statistics/ljung_box.hpp>
#include <boost/math/statistics/runs_test.hpp>
#include <tuple>
#include <vector>

#include "base/order_statistics.h"

namespace pcbench {

Steadiness judge_steadiness(std::span<const double> samples, double alpha) {
  constexpr std::size_t kSamplesMin = 8;
  Steadiness result;
  if (samples.size() < kSamplesMin) return result;
  const auto [least, most] = std::minmax_element(samples.begin(), samples.end());
  if (*least == *most) return result;
  result.judged = true;

  const std::vector<double> values(samples.begin(), samples.end());
  const double box_p = 2 * boost::math::statistics::ljung_box(values).second;
  const double middle = median(values);
  double runs_t = 0, runs_p = 1;
  const auto at_median = std::count(values.begin(), values.end(), middle);
  if (std::ssize(values) - at_median >= std::ssize(values) / 2) {  // else there is hardly a level to cross
    std::tie(runs_t, runs_p) = boost::math::statistics::runs_above_and_below_threshold(values, middle);
    runs_p *= 2;
  }

  result.p = std::min({1.0, box_p, runs_p});
  result.steady = result.p > alpha;
  if (!result.steady)
    result.finding =
        box_p <= runs_p ? fmt::format("each round resembles the one before (Ljung-Box p {:.2g})", box_p)
        : runs_t < 0    ? fmt::format("the level drifts or steps (runs test p {:.2g})", runs_p)
                        : fmt::format("rounds alternate between two levels (runs test p {:.2g})", runs_p);
  return result;
}

}  // namespace pcbench
