// Control: the shared memory beside a channel, through which the runner and its workers talk: what to do, the
// gate, the stop protocol's words, and everybody's evidence.
// Threads     each part says who writes it.
// Owner       run/ creates it, writes the spec and reads the evidence; workers only map it.
// Layout      [header][gate 128][stop words][worker slots P+C+1][tallies (C+1)×P, a consumer's on lines of
//             their own][stamps P×n][intended P×n][histograms C+1][responses C+1][lags P][bitmap][numbers]
//             [logs P+C+1]
// Pairs       G1 → G2 the gate is open;  G3 → G4 a worker is ready
// Peer death  a dead worker's slot keeps what it had written
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/layout.h"
#include "model/evidence.h"
#include "model/round_spec.h"
#include "wait/owner_lock.h"
#include "worker/operation_log.h"

namespace pcbench {

/// Holds everybody back until all are there, so that creation is outside the measured time.
struct alignas(kFalseSharingBytes) Gate {
  std::atomic<std::uint32_t> ready;   // how many have arrived; futex word of the runner
  std::atomic<std::uint32_t> opened;  // 0 or 1; futex word of the workers

  /// Worker: reports and waits until the gate opens.
  void arrive_and_wait() noexcept;
  /// Runner: waits until COUNT have arrived. Their endpoints exist then.
  void await(std::uint32_t count) const noexcept;
  /// Runner: lets everybody go.
  void open() noexcept;
};

/// The words the stop protocols share. Which of them a protocol uses is its own affair.
struct StopWords {
  alignas(kFalseSharingBytes) std::atomic<std::int64_t> tickets;  // messages not yet promised to a consumer
  alignas(kFalseSharingBytes) std::atomic<std::uint64_t> taken;   // messages consumers say they got
  OwnerLock lock;                                                 // beside what it guards, as in the tutorial
  alignas(kFalseSharingBytes) std::atomic<std::uint32_t> producers_left;  // still producing
  std::atomic<std::uint32_t> closed;                                      // 1: stands in for a native close
};

/// When a sampled message was pushed. Writer: its producer; reader: whoever popped it.
struct Stamp {
  std::atomic<std::uint64_t> sequence;  // of the message it belongs to, + 1; 0: none yet
  std::atomic<std::uint64_t> pushed_ns;
};

/// Typed views into the region. Cheap to copy; owns nothing.
class Control {
 public:
  /// How many bytes a round of this spec needs.
  [[nodiscard]] static std::size_t bytes_for(const RoundSpec& spec) noexcept;

  /// Writes the header and SPEC into zeroed memory of bytes_for(SPEC).
  [[nodiscard]] static Control format(std::byte* memory, const RoundSpec& spec) noexcept;

  /// Errors: Error when the memory was written by another version of this program.
  [[nodiscard]] static Control attach(std::byte* memory, std::size_t bytes);

  /// Faults in what WORKER_ID writes. Called by that worker before the gate.
  void prefault(std::uint32_t worker_id) const noexcept;

  [[nodiscard]] const RoundSpec& spec() const noexcept { return *spec_; }
  [[nodiscard]] Gate& gate() const noexcept { return *gate_; }
  [[nodiscard]] StopWords& stop() const noexcept { return *stop_; }

  /// Workers are numbered producers first, then consumers, then the final drain.
  [[nodiscard]] std::uint32_t worker_count() const noexcept { return spec_->producers + spec_->consumers; }
  [[nodiscard]] std::uint32_t drain_id() const noexcept { return worker_count(); }
  [[nodiscard]] WorkerSlot& slot(std::uint32_t worker_id) const noexcept { return slots_[worker_id]; }

  /// One tally per producer. CONSUMER == spec().consumers is the drain.
  [[nodiscard]] std::span<Tally> tallies(std::uint32_t consumer) const noexcept {
    return {tallies_ + consumer * tallies_per_consumer_, spec_->producers};
  }
  /// kBucketCount counters, of service times or of round trips; empty when neither is timed.
  [[nodiscard]] std::span<std::uint64_t> histogram(std::uint32_t consumer) const noexcept;
  /// Of response times; empty unless the load is open and latency is not off.
  [[nodiscard]] std::span<std::uint64_t> responses(std::uint32_t consumer) const noexcept;
  /// Of a producer's own lags; empty unless the load is open.
  [[nodiscard]] std::span<std::uint64_t> lags(std::uint32_t producer) const noexcept;
  /// The stamp of a sampled message. Requires: spec().sample_every > 0.
  [[nodiscard]] Stamp& stamp(std::uint32_t producer, std::uint64_t sequence) const noexcept {
    return stamps_[std::size_t{producer} * stamps_per_producer_ +
                   ((sequence / spec_->sample_every) & (stamps_per_producer_ - 1))];
  }
  /// When it was meant to be pushed. Requires: the load is open and spec().sample_every > 0.
  [[nodiscard]] std::atomic<std::uint64_t>& intended(std::uint32_t producer,
                                                     std::uint64_t sequence) const noexcept {
    return intended_[std::size_t{producer} * stamps_per_producer_ +
                     ((sequence / spec_->sample_every) & (stamps_per_producer_ - 1))];
  }
  /// One bit a message, producer after producer; empty unless verify is exact.
  [[nodiscard]] std::span<std::atomic<std::uint64_t>> bitmap() const noexcept {
    return {bitmap_, bitmap_words_};
  }

  /// Workload shared_state: what the consumer read, once it has; else empty.
  [[nodiscard]] std::span<std::uint64_t> numbers() const noexcept { return {numbers_, numbers_of(*spec_)}; }

  /// What WORKER_ID pushed and popped; without room unless verify is history.
  [[nodiscard]] LogMemory log(std::uint32_t worker_id) const noexcept;

 private:
  Control() = default;
  void locate(std::byte* memory, const RoundSpec& spec) noexcept;

  RoundSpec* spec_ = nullptr;
  Gate* gate_ = nullptr;
  StopWords* stop_ = nullptr;
  WorkerSlot* slots_ = nullptr;
  Tally* tallies_ = nullptr;
  std::size_t tallies_per_consumer_ = 0;  // whole lines: consumers book at the same time
  Stamp* stamps_ = nullptr;
  std::uint64_t stamps_per_producer_ = 1;
  std::atomic<std::uint64_t>* intended_ = nullptr;
  std::uint64_t* histograms_ = nullptr;
  std::uint64_t* responses_ = nullptr;
  std::uint64_t* lags_ = nullptr;
  std::atomic<std::uint64_t>* bitmap_ = nullptr;
  std::size_t bitmap_words_ = 0;
  std::uint64_t* numbers_ = nullptr;
  std::byte* logs_ = nullptr;
};

/// The bit of message SEQUENCE of PRODUCER in the bitmap of a round by count. Requires: it is in its share.
[[nodiscard]] std::uint64_t bitmap_index(const RoundSpec& spec, std::uint32_t producer,
                                         std::uint64_t sequence) noexcept;

/// Notes in SLOT why its worker gives up; cut where the slot ends.
void note_error(WorkerSlot& slot, std::string_view text) noexcept;

}  // namespace pcbench
