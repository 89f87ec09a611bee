// Series: what the workers' heartbeats tell while a round runs, at a pace of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/record.h"
#include "worker/control.h"

namespace pcbench {

class Series {
 public:
  /// EVERY_NS 0: none is taken. Requires: CONTROL outlives it.
  Series(const Control& control, std::uint64_t every_ns) noexcept : control_(control), every_ns_(every_ns) {}

  /// When it wants to be asked again; UINT64_MAX: never.
  [[nodiscard]] std::uint64_t next_ns() const noexcept { return every_ns_ == 0 ? UINT64_MAX : next_ns_; }

  /// Takes a point where one is due at TIME_NS.
  void tick(std::uint64_t time_ns);

  /// What was taken, in times since START_NS.
  [[nodiscard]] std::vector<SeriesPoint> points(std::uint64_t start_ns) const;

 private:
  [[nodiscard]] std::uint64_t resident_bytes() const;
  /// Of what consumers have timed since it was asked before, by nearest rank.
  [[nodiscard]] std::optional<double> new_service_ns_p99();

  const Control& control_;
  std::uint64_t every_ns_;
  std::uint64_t next_ns_ = 0;
  std::vector<std::uint64_t> timed_;  // what the consumers' histograms held together, when last asked
  std::vector<SeriesPoint> points_;   // absolute times
};

}  // namespace pcbench
