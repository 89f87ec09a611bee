// Evidence: what a worker saw, written by it alone into its own slot of shared memory, so that what a killed
// worker had done is still known. No opinions here: check/ judges it after the round.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/layout.h"
#include "base/mix.h"
#include "base/perf_counters.h"
#include "model/fault.h"

namespace pcbench {

/// What a worker is doing, for the watchdog. The names are the report's (`phase`).
enum class Phase : std::uint32_t {
  starting,
  at_gate,
  producing,      ///< building, working, pushing without waiting
  consuming,      ///< popping without waiting, working
  blocked_full,   ///< in push: waits for a free slot
  blocked_empty,  ///< in pop: waits for a message
  waiting_lock,   ///< waits for the stop protocol's lock
  stopping,       ///< tells the consumers that it is over
  done,
};

/// Kinds of contradictions a consumer can meet in what it pops.
enum class Finding : std::uint32_t {
  reordered,   ///< a producer's sequence went back within one consumer
  corrupted,   ///< payload bytes differ from what producer and sequence give
  unexpected,  ///< no such producer, kind or sequence
  duplicated,  ///< verify exact: seen before
};
inline constexpr std::size_t kFindingKinds = 4;

/// The first contradiction of one kind that one consumer met.
struct FirstFinding {
  std::uint64_t sequence;
  std::uint64_t expected_sequence;  ///< the least it could be (reordered), else equal to sequence
  std::uint64_t time_ns;            ///< absolute
  std::uint32_t producer;
  std::uint32_t offset_bytes;  ///< corrupted: the first wrong payload byte
};

/// One worker's life in one round. Single writer: that worker. Readers: the supervisor, at any time
/// (heartbeat, relaxed: a stale value only delays the watchdog) and after the worker's end (the rest).
struct alignas(kFalseSharingBytes) WorkerSlot {
  // Heartbeat
  std::atomic<Phase> phase;
  std::atomic<std::uint32_t> thread_id;       ///< kernel's id, for /proc
  std::atomic<std::uint64_t> progress;        ///< messages moved so far
  std::atomic<std::uint64_t> progress_at_ns;  ///< absolute time of the last wait that began or ended
  // Orders, written by the runner before the worker exists
  std::int32_t cpu;             ///< to run on; -1: any
  FaultOrder fault;             ///< kind none: no fault
  std::uint64_t created_at_ns;  ///< absolute time of the call that created the worker
  // Life, absolute times
  std::uint64_t ready_at_ns;  ///< reached the gate
  std::uint64_t begin_at_ns;  ///< left the gate
  std::uint64_t last_at_ns;   ///< had moved its last message; 0: none
  std::uint64_t end_at_ns;    ///< loop left; 0: never
  // Counts
  std::uint64_t messages;     ///< data messages pushed or popped
  std::uint64_t pills;        ///< pills pushed or popped
  std::uint64_t counted_out;  ///< producers: 1: no longer one of producers_left, by its own doing
  std::uint64_t wait_count;   ///< waits begun: full for a producer, empty for a consumer
  std::uint64_t blocked_ns;   ///< time in those waits
  std::uint64_t longest_wait_ns;
  std::uint64_t cpu_user_ns;
  std::uint64_t cpu_system_ns;
  std::uint64_t voluntary_switches;
  std::uint64_t involuntary_switches;
  std::int64_t migrations;  ///< to another CPU, since it was created; -1: the kernel does not show them
  std::uint64_t hardware_counted;  ///< 1: the next are valid
  PerfCounts hardware;             ///< from the gate until its loop was left, in the order of kHardwareEvents
  std::uint64_t samples_missed;    ///< latency samples whose stamp had been overwritten
  std::uint64_t late_max_ns;  ///< open loop, producers: the latest push began so long after its intended time
  std::uint64_t late_last_ns;  ///< … and the last one
  std::uint64_t unsent;        ///< … messages meant to be sent in time that were not
  std::uint64_t codec_ns;      ///< CPU time of making or reading documents, of those that were timed
  std::uint64_t codec_timed;   ///< so many messages were
  std::uint64_t payload_fold;  ///< integrity off: proof that every payload byte was read
  // Contradictions met (consumers)
  std::array<std::uint64_t, kFindingKinds> findings;  ///< how many of each kind
  std::array<FirstFinding, kFindingKinds> first;      ///< valid where findings > 0
  std::array<char, 160> error;                        ///< why it gave up; empty: it did not
};

/// What one consumer popped of one producer, O(1) memory. Single writer: that consumer.
struct Tally {
  std::uint64_t count;          ///< messages
  std::uint64_t sum;            ///< of step_sum over the popped sequences, modulo 2^64
  std::uint64_t next_sequence;  ///< 1 + the last popped sequence
  std::uint64_t end_sequence;   ///< 1 + the largest popped sequence
};

/// The delivery sum of the contiguous sequences [first, end) of the producer with KEY. Each sequence s
/// contributes H(s+1) - H(s) with H(s) = mix64(key + s): a run of any length costs two mixes, yet losing or
/// doubling any multiset of messages leaves the sum of a whole [0, n) unchanged with probability about 2^-64
/// only (a linear combination of these steps is 0 for a random H only if all coefficients are equal).
[[nodiscard]] constexpr std::uint64_t run_sum(std::uint64_t key, std::uint64_t first,
                                              std::uint64_t end) noexcept {
  return mix64(key + end) - mix64(key + first);
}

}  // namespace pcbench
