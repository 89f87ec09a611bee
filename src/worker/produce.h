// The producer's loop, the same for every transport: build, commit, wait when full, announce the end.
#pragma once

#include <algorithm>
#include <cstring>

#include "load/busy_work.h"
#include "worker/endpoint.h"
#include "worker/pace.h"
#include "worker/payload.h"
#include "worker/stop.h"
#include "worker/task.h"

namespace pcbench {

template <ProducerEndpoint E>
class ProducerLoop final : private ProducerEnd {
 public:
  ProducerLoop(E& endpoint, Task& task) noexcept
      : endpoint_(endpoint),
        task_(task),
        spec_(task.spec()),
        producer_(task.worker_id()),
        key_(producer_key(spec_.seed, producer_)),
        quota_(spec_.duration_ns == 0 ? share_of(spec_.messages, producer_, spec_.producers) : UINT64_MAX),
        block_(batches_of_a_block(spec_) * spec_.batch_messages),
        pace_(task),
        next_sampled_(spec_.sample_every == 0 || pace_.open() ? UINT64_MAX : 0) {}

  /// Produces this producer's share, then what the stop protocol asks for. Requires: the gate is open.
  void run(const StopRow& stop) noexcept {
    const std::uint64_t deadline_ns =
        spec_.duration_ns == 0 ? UINT64_MAX : task_.slot().begin_at_ns + spec_.duration_ns;
    task_.beat(Phase::producing, 0);
    while (sequence_ < quota_ && !closed_) {
      if (deadline_ns != UINT64_MAX && now_ns() >= deadline_ns) break;
      look_up_ = false;
      if (!pace_.open()) produce_block(std::min(quota_, sequence_ + block_));
      else if (!produce_due(deadline_ns)) break;
      task_.beat(Phase::producing, sequence_);
    }
    if (pace_.open()) pace_.end(deadline_ns);
    finish(stop);
  }

  /// Pushes COUNT messages, all of them there for the consumer at the end. False: the channel was closed.
  bool push(std::uint64_t count) noexcept {
    const std::uint64_t end = sequence_ + count;
    while (sequence_ < end && !closed_) {
      look_up_ = false;
      produce_block(end);
    }
    flush();
    task_.beat(Phase::producing, sequence_);
    return !closed_;
  }

  /// Nothing more is to be pushed but what the stop protocol asks for.
  void finish(const StopRow& stop) noexcept {
    flush();
    task_.moved(sequence_, now_ns());
    task_.beat(Phase::stopping, sequence_);
    task_.slot().counted_out = 1;  // before T1: there a compiler may not move it behind
    // T1 → T2: whoever sees 0 producers left also sees everything they flushed
    const bool last = task_.control().stop().producers_left.fetch_sub(1, std::memory_order_acq_rel) == 1;
    const StopContext context{spec_, task_.control().stop(), task_.slot(), task_.worker_id()};
    stop.finish(context, *this, last);
    flush();
  }

 private:
  /// Whole batches only, so that looking up once a block shortens none of them.
  static constexpr std::uint64_t batches_of_a_block(const RoundSpec& spec) noexcept {
    const bool each = spec.producer_work_ns != 0 || spec.settles_often;
    return each ? 1 : (kBlockMessages + spec.batch_messages - 1) / spec.batch_messages;
  }

  void produce_block(std::uint64_t end) noexcept {
    while (sequence_ < end && !look_up_) {
      const auto want =
          static_cast<std::uint32_t>(std::min<std::uint64_t>(spec_.batch_messages, end - sequence_));
      if (sequence_ + want > next_sampled_) [[unlikely]]
        stamp(sequence_ + want);
      WriteRun run = reserve(want);
      build(run);
      commit(run.count);
      sequence_ += run.count;
      if (spec_.producer_work_ns != 0 || spec_.settles_often) [[unlikely]] {
        flush();
        busy_work(spec_.producer_work_ns * run.count);
      }
    }
  }

  /// Waits until messages are due and hands them over. False: the next one is due only after DEADLINE_NS.
  [[gnu::noinline]] bool produce_due(std::uint64_t deadline_ns) noexcept {
    const std::uint64_t most = std::min<std::uint64_t>(spec_.batch_messages, quota_ - sequence_);
    const std::uint64_t end = sequence_ + pace_.await(sequence_, most, deadline_ns);
    if (end == sequence_) return false;
    bool blocked = false;
    while (sequence_ < end && !closed_) {
      look_up_ = false;
      produce_block(end);
      blocked = blocked || look_up_;
    }
    look_up_ = false;
    flush();
    pace_.pushed(blocked || look_up_);
    return true;
  }

  /// Notes the time of the sampled messages before END: their push begins now.
  void stamp(std::uint64_t end) noexcept {
    const std::uint64_t now = now_ns();
    for (; next_sampled_ < end; next_sampled_ += spec_.sample_every) {
      Stamp& stamp = task_.control().stamp(producer_, next_sampled_);
      // relaxed: the message itself publishes the stamp; S1 → S2: an overwritten one shows its new sequence
      stamp.sequence.store(next_sampled_ + 1, std::memory_order_relaxed);
      stamp.pushed_ns.store(now, std::memory_order_release);
    }
  }

  /// All in locals: what is stored through a byte's pointer might, for all the compiler knows, be ours.
  void build(WriteRun run) noexcept {
    const std::uint64_t key = key_;
    Envelope envelope{sequence_, producer_, MessageKind::data};
    with_payload_bytes(spec_.payload_bytes, [&](auto bytes) {
      for (; run.count != 0; --run.count, ++envelope.sequence, run.first += run.stride)
        build(run.first, envelope, key, bytes);
    });
  }
  [[gnu::always_inline]] static void build(std::byte* message, const Envelope& envelope, std::uint64_t key,
                                           std::size_t bytes) noexcept {
    std::memcpy(message, &envelope, sizeof envelope);
    fill_payload(message + sizeof envelope, bytes, payload_key(key, envelope.sequence));
  }

  WriteRun reserve(std::uint32_t want) noexcept {
    const WriteRun run = endpoint_.try_reserve(want);
    if (run.count != 0) [[likely]]
      return run;
    return wait_for_room(want, run.status);
  }

  /// Apart from reserve, so that the run of a push that need not wait stays in registers.
  [[gnu::noinline]] WriteRun wait_for_room(std::uint32_t want, PushStatus status) noexcept {
    WriteRun run{.status = status};
    if (status == PushStatus::full)
      wait([&] {
        run = endpoint_.try_reserve(want);
        return run.count != 0 || run.status == PushStatus::closed;
      });
    if (run.count == 0) give_up();
    return run;
  }

  void commit(std::uint32_t count) noexcept {
    if (count != 0) settle(endpoint_.commit(count));
  }
  void flush() noexcept {
    if (!closed_) settle(endpoint_.flush());
  }

  /// Waits until the endpoint has handed over all it had taken.
  void settle(PushStatus status) noexcept {
    if (status == PushStatus::full)
      wait([&] {
        status = endpoint_.flush();
        return status != PushStatus::full;
      });
    if (status == PushStatus::closed) give_up();
  }

  template <class Attempt>
  void wait(Attempt&& attempt) noexcept {
    task_.wait_until(Phase::blocked_full, sequence_, attempt,
                     [this](std::uint64_t ns) noexcept { endpoint_.park(ns); });
    look_up_ = true;
  }

  void give_up() noexcept {
    closed_ = true;
    look_up_ = true;
    note_error(task_.slot(), "the channel was closed while this producer still had messages to push");
  }

  void push_pill() noexcept override {
    if (closed_) return;
    const WriteRun run = reserve(1);
    if (run.count == 0) return;
    const Envelope envelope{sequence_ + task_.slot().pills, producer_, MessageKind::pill};
    build(run.first, envelope, key_, spec_.payload_bytes);
    commit(1);
    if (!closed_) ++task_.slot().pills;
  }

  void close() noexcept override {
    if (spec_.native_close) endpoint_.close();
    else
      task_.control().stop().closed.store(1, std::memory_order_release);  // F1 → F2: all messages before it
  }

  E& endpoint_;
  Task& task_;
  const RoundSpec& spec_;
  std::uint32_t producer_;
  std::uint64_t key_;
  std::uint64_t quota_;
  std::uint64_t block_;  // messages between two heartbeats and looks at the clock, where nothing has to wait
  Pace pace_;
  std::uint64_t next_sampled_;  // open loop: never, its pace stamps
  std::uint64_t sequence_ = 0;
  bool look_up_ = false;  // ends the block: a wait has taken time, or the channel is closed
  bool closed_ = false;
};

}  // namespace pcbench
