// Shared state: the loops of a workload without messages. Producers add 1 to numbers that all of them share,
// one after the other from the first; the consumer waits until all have left and reads what it came to.
// Pairs       T1 → T2 all updates and counts of a producer that has left
// Peer death  the round ends with it; an update is made wholly or not at all, unless it is the unlocked one
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "load/busy_work.h"
#include "worker/task.h"

namespace pcbench {

/// What a try to update a number came to.
enum class Update : std::uint8_t {
  done,
  locked,  ///< another has the lock
  gone,    ///< whoever keeps the numbers has ended
};

/// One worker's way to the numbers.
///   try_add(index)  adds 1, as the transport's option says
///   read(index)     nullopt: whoever keeps them has ended
template <class N>
concept NumbersEnd = requires(N numbers, std::uint32_t index) {
  { numbers.try_add(index) } noexcept -> std::same_as<Update>;
  { numbers.read(index) } noexcept -> std::same_as<std::optional<std::uint64_t>>;
};

/// Nobody can wake who waits for a number: it looks again soon.
inline void park_for_number(std::uint64_t timeout_ns) noexcept {
  nap(std::min<std::uint64_t>(timeout_ns, 50'000));
}

/// Notes that the worker has to give up.
inline void note_gone(WorkerSlot& slot) noexcept {
  note_error(slot, "the process that keeps the numbers has ended");
}

/// Makes this producer's share of the updates. Requires: the gate is open.
template <NumbersEnd N>
void update_numbers(N& numbers, Task& task) noexcept {
  const RoundSpec& spec = task.spec();
  const bool by_count = spec.duration_ns == 0;
  const std::uint64_t quota =
      by_count ? share_of(spec.messages, task.worker_id(), spec.producers) : UINT64_MAX;
  const std::uint64_t deadline_ns = by_count ? UINT64_MAX : task.slot().begin_at_ns + spec.duration_ns;
  const std::uint64_t block = spec.producer_work_ns != 0 ? 1 : kBlockMessages;
  const auto count = static_cast<std::uint32_t>(numbers_of(spec));
  std::uint64_t made = 0;
  std::uint32_t index = 0;
  Update last = Update::done;
  const auto attempt = [&]() noexcept {
    last = numbers.try_add(index);
    return last != Update::locked;
  };
  task.beat(Phase::producing, 0);
  while (made < quota && last != Update::gone && (by_count || now_ns() < deadline_ns)) {
    for (const std::uint64_t end = std::min(quota, made + block); made < end; ++made) {
      if (!attempt()) task.wait_until(Phase::waiting_lock, made, attempt, park_for_number);
      if (last == Update::gone) break;
      index = index + 1 == count ? 0 : index + 1;
      busy_work(spec.producer_work_ns);
    }
    task.beat(Phase::producing, made);
  }
  if (last == Update::gone) note_gone(task.slot());
  task.moved(made, now_ns());
  task.beat(Phase::stopping, made);
  task.slot().counted_out = 1;
  // T1 → T2: all that it updated and noted
  task.control().stop().producers_left.fetch_sub(1, std::memory_order_acq_rel);
}

/// Reads the numbers when nobody updates them any more. What it counts as messages are the updates that are
/// in them; the last was received when it was made. Requires: the gate is open.
template <NumbersEnd N>
void read_numbers(N& numbers, Task& task) noexcept {
  const Control& control = task.control();
  const auto over = [&]() noexcept {
    return control.stop().producers_left.load(std::memory_order_acquire) == 0;  // T2
  };
  task.beat(Phase::consuming, 0);
  if (!over()) task.wait_until(Phase::blocked_empty, 0, over, park_for_number);
  std::uint64_t sum = 0;
  for (std::uint32_t index = 0; index < control.numbers().size(); ++index) {
    const std::optional<std::uint64_t> number = numbers.read(index);
    if (!number) return note_gone(task.slot());
    control.numbers()[index] = *number;
    sum += *number;
  }
  std::uint64_t last_at_ns = 0;
  for (std::uint32_t producer = 0; producer < task.spec().producers; ++producer)
    last_at_ns = std::max(last_at_ns, control.slot(producer).last_at_ns);
  task.moved(sum, last_at_ns);
  task.beat(Phase::stopping, sum);
}

}  // namespace pcbench
