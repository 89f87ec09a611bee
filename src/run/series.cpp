#include "run/series.h"

#include <unistd.h>

#include <atomic>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/system_files.h"
#include "model/histogram.h"

namespace pcbench {
namespace {

constexpr std::size_t kPointsMax = 1U << 14U;  // then every second one is dropped, and the pace halved

}  // namespace

std::uint64_t Series::resident_bytes() const {
  static const double page_bytes = static_cast<double>(::sysconf(_SC_PAGESIZE));
  // Threads are of one process.
  const std::uint32_t processes = control_.spec().workers == WorkerKind::thread ? 1 : control_.worker_count();
  double bytes = 0;
  for (std::uint32_t id = 0; id < processes; ++id) {
    const std::uint32_t task = control_.slot(id).thread_id.load(
        std::memory_order_relaxed);  // relaxed: it named itself before the gate
    const std::vector<double> pages = SystemFiles().numbers("/proc/" + std::to_string(task) + "/statm", "");
    if (pages.size() > 1) bytes += pages[1] * page_bytes;  // none of a worker that has gone
  }
  return static_cast<std::uint64_t>(bytes);
}

std::optional<double> Series::new_service_ns_p99() {
  if (control_.spec().sample_every == 0) return std::nullopt;
  std::vector<std::uint64_t> now(kBucketCount);
  for (std::uint32_t consumer = 0; consumer < control_.spec().consumers; ++consumer) {
    const std::span<std::uint64_t> counts = control_.histogram(consumer);
    for (std::uint32_t i = 0; i < kBucketCount; ++i)
      // relaxed: a guess; the consumer counts on meanwhile
      now[i] += std::atomic_ref(counts[i]).load(std::memory_order_relaxed);
  }
  timed_.swap(now);
  now.resize(kBucketCount);
  std::uint64_t above = 0;
  for (std::uint32_t i = 0; i < kBucketCount; ++i) above += timed_[i] - now[i];
  const std::uint64_t ranked_above = above / 100;
  if (ranked_above < kSamplesAboveMin) return std::nullopt;
  std::uint32_t bucket = 0;
  for (; bucket + 1 < kBucketCount; ++bucket) {
    above -= timed_[bucket] - now[bucket];
    if (above <= ranked_above) break;
  }
  return bucket_middle_ns(bucket);
}

void Series::tick(std::uint64_t time_ns) {
  if (time_ns < next_ns()) return;
  SeriesPoint point{.time_ns = time_ns};
  for (std::uint32_t id = 0; id < control_.worker_count(); ++id) {
    const std::uint64_t moved =
        control_.slot(id).progress.load(std::memory_order_relaxed);  // relaxed: a guess
    (id < control_.spec().producers ? point.sent : point.received) += moved;
  }
  point.resident_bytes = resident_bytes();
  point.service_ns_p99 = new_service_ns_p99();
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
