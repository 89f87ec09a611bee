#include "run/series.h"

#include "base/clock.h"

namespace pcbench {
namespace {

constexpr std::size_t kPointsMax = 1U << 14U;  // then every second one is dropped, and the pace halved

}  // namespace

void Series::tick(std::uint64_t time_ns) {
  if (time_ns < next_ns()) return;
  SeriesPoint point{time_ns, 0, 0};
  for (std::uint32_t id = 0; id < control_.worker_count(); ++id) {
    const std::uint64_t moved =
        control_.slot(id).progress.load(std::memory_order_relaxed);  // relaxed: a guess
    (id < control_.spec().producers ? point.sent : point.received) += moved;
  }
  points_.push_back(point);
  if (points_.size() == kPointsMax) {
    for (std::size_t i = 0; 2 * i < points_.size(); ++i) points_[i] = points_[2 * i];
    points_.resize(kPointsMax / 2);
    every_ns_ *= 2;
  }
  next_ns_ = time_ns + every_ns_;
}

std::vector<SeriesPoint> Series::points(std::uint64_t start_ns) const {
  std::vector<SeriesPoint> points = points_;
  for (SeriesPoint& point : points) point.time_ns = since(point.time_ns, start_ns);
  return points;
}

}  // namespace pcbench
