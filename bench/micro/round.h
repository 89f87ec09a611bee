// Round: one round of a 1x1 case between threads of this process, without supervisor and judge, for benches
// that ask what one part of the harness costs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/shared_region.h"
#include "model/case.h"
#include "transport/transport.h"
#include "worker/control.h"

namespace pcbench::micro {

/// A 1x1 case between threads with 64-byte payloads, nothing verified and nothing timed by the workers.
[[nodiscard]] Case bare_case(const std::string& transport, std::uint64_t messages);

/// From the producer's release to the last message's pop.
struct Span {
  std::uint64_t messages;
  std::uint64_t elapsed_ns;
};

/// A fresh channel with fresh control memory, good for one run.
class Round {
 public:
  /// Requires: CONFIG is a valid 1x1 case. Errors: Error when the channel cannot be made.
  explicit Round(const Case& config);

  /// The calling thread produces everything, then consumes it. Returns the time inside the two loops, in ns.
  /// Requires: all messages and a pill fit in the channel.
  [[nodiscard]] std::uint64_t run_alone();

  /// Binds the workers to a CPU each.
  void bind(std::size_t producer_cpu, std::size_t consumer_cpu) noexcept;

  /// The calling thread or process is worker WORKER_ID: 0 produces, 1 consumes. Comes back when it is over.
  void run_one(std::uint32_t worker_id);
  /// Lets both go, once they are there.
  void open() const;
  /// Requires: both are done.
  [[nodiscard]] Span span() const;

 private:
  Round(const Case& config, const RoundSpec& spec);

  SharedRegion memory_;
  Control control_;
  std::unique_ptr<Channel> channel_;
};

}  // namespace pcbench::micro
