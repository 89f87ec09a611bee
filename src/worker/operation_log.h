// OperationLog: what one worker pushed and popped, and when, in shared memory: a killed worker's log stays.
// Owner       run/ creates the memory and reads it; the worker writes it and never waits: a full log says so
//             and stops
// Layout      [header 128][operations 32 each]. A record below `count` is whole. The call under way is not a
//             record yet, only `open` messages since `open_invoked_ns`: pending, if its worker is killed now
// Pairs       H1 → H2 records are whole;  H3 → H4 a call is under way;  H5 only a barrier
// Peer death  between H1 and the end of the call: it is both a record and open; the reader drops what it sees
//             twice, a push by its sequence, a pop by the time it began
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/clock.h"
#include "base/layout.h"
#include "model/history.h"

namespace pcbench {

/// Single writer: the worker. Reader: the supervisor, once the worker has ended.
struct alignas(kFalseSharingBytes) LogHeader {
  std::atomic<std::uint64_t> count;      ///< records that are whole
  std::atomic<std::uint32_t> open;       ///< messages that the call under way may move; 0: there is none
  std::atomic<std::uint32_t> truncated;  ///< 1: an operation found no room; nothing is logged since
  std::atomic<std::uint64_t> returns;    ///< calls that came back
  std::uint64_t open_invoked_ns;         ///< valid with open
  std::uint64_t open_sequence;           ///< likewise, of a push: of its first message
};
static_assert(sizeof(LogHeader) == kFalseSharingBytes, "records begin on a line of their own");

/// Where a log lies. Cheap to copy; owns nothing.
class LogMemory {
 public:
  LogMemory() = default;
  LogMemory(std::byte* at, std::uint64_t operations) noexcept : at_(at), operations_(operations) {}

  [[nodiscard]] static constexpr std::size_t bytes_for(std::uint64_t operations) noexcept {
    return sizeof(LogHeader) + align_up(operations * sizeof(Operation), kFalseSharingBytes);
  }
  [[nodiscard]] std::span<std::byte> bytes() const noexcept {
    return {at_, at_ == nullptr ? 0 : bytes_for(operations_)};
  }
  [[nodiscard]] LogHeader& header() const noexcept { return *reinterpret_cast<LogHeader*>(at_); }
  [[nodiscard]] std::span<Operation> operations() const noexcept {
    return {reinterpret_cast<Operation*>(at_ + sizeof(LogHeader)), operations_};
  }

 private:
  std::byte* at_ = nullptr;
  std::uint64_t operations_ = 0;
};

/// Requires of all: memory with a header. One call is under way at a time: begin, then failed or finish.
class OperationLog {
 public:
  OperationLog(LogMemory memory, OperationKind kind, std::uint32_t worker_id) noexcept
      : header_(memory.header()),
        records_(memory.operations()),
        failures_left_(records_.size() / kFailureShare),
        worker_(static_cast<std::uint16_t>(worker_id)),
        kind_(kind) {}

  /// A call begins that may move up to MESSAGES, from SEQUENCE on if it is a push. It must not begin before
  /// the time taken here, hence the exchange: a full barrier on x86, for loads, too.
  void begin(std::uint32_t messages, std::uint64_t sequence = 0) noexcept {
    if (truncated_) return;
    invoked_ns_ = now_ns();
    header_.open_invoked_ns = invoked_ns_;
    header_.open_sequence = sequence;
    // H3 → H4: since when, and what
    header_.open.exchange(messages, std::memory_order_seq_cst);
  }

  /// Likewise, without a look at the clock: the call began, for all the log says, when the last one did that
  /// had its time taken. A wider interval only makes the checks see less.
  void begin_untimed(std::uint32_t messages) noexcept {
    if (truncated_) return;
    header_.open_invoked_ns = invoked_ns_;
    header_.open.store(messages, std::memory_order_release);  // H3: as above; no time to keep in order
  }

  /// The call under way turns out to be about no more than MESSAGES.
  void narrow(std::uint32_t messages) noexcept {
    if (!truncated_) header_.open.store(messages, std::memory_order_release);  // H3: as above
  }

  /// The time at which a call that has just come back is over for sure: what it wrote has left this CPU.
  [[nodiscard]] std::uint64_t returned_ns() noexcept {
    if (truncated_) return kNeverReturned;
    // H5 → H5: a full barrier on x86: what the call wrote is visible before the clock is read
    header_.returns.fetch_add(1, std::memory_order_seq_cst);
    return now_ns();
  }

  /// The call moved nothing, or nothing that is to be logged.
  void pass_over() noexcept {
    if (!truncated_) close_call();
  }

  /// The call moved nothing, for STATUS. Of the failures between two successes the first and the last are
  /// kept: fewer of them only make the checks see less, and a spinning worker would fill its log with them.
  void failed(OperationStatus status, const Operation& what) noexcept {
    if (truncated_) return;
    failed(status, what, invoked_ns_);
    close_call();
  }
  /// Likewise, of a try since INVOKED_NS within a call that goes on.
  void failed(OperationStatus status, Operation what, std::uint64_t invoked_ns) noexcept {
    if (truncated_) return;
    what.status = status;
    what.invoked_ns = invoked_ns;
    what.returned_ns = now_ns();
    if (waiting_) {
      last_failure_ = what;
      return;
    }
    waiting_ = true;
    keep_failure(what);
  }

  /// Room for COUNT records to be written; empty: the log is full. What is in them is no part of the log
  /// before finish().
  [[nodiscard]] std::span<Operation> room(std::uint32_t count) noexcept {
    if (truncated_) return {};
    waiting_ = false;
    keep_last_failure();
    if (records_.size() - count_ >= count) return records_.subspan(count_, count);
    truncated_ = true;
    close_call();
    header_.truncated.store(1, std::memory_order_relaxed);  // relaxed: read after the worker's end
    return {};
  }

  /// The call is over. COUNT records have been written to room() and become part of the log.
  void finish(std::uint32_t count) noexcept {
    if (truncated_) return;
    count_ += count;
    header_.count.store(count_, std::memory_order_release);  // H1 → H2: the records below it are whole
    close_call();
  }

  /// Nothing more will come: the last failure stands, too.
  void keep_last_failure() noexcept {
    if (last_failure_ && !truncated_) keep_failure(*last_failure_);
    last_failure_.reset();
  }

  [[nodiscard]] std::uint64_t invoked_ns() const noexcept { return invoked_ns_; }
  /// A record of this worker, of MESSAGE of PRODUCER.
  [[nodiscard]] Operation record(std::uint32_t producer, std::uint64_t sequence) const noexcept {
    return {.invoked_ns = invoked_ns_,
            .returned_ns = kNeverReturned,
            .sequence = sequence,
            .producer = producer,
            .worker = worker_,
            .kind = kind_,
            .status = OperationStatus::ok};
  }

 private:
  static constexpr std::uint64_t kFailureShare = 4;  // at most one part in so many of a log are failures

  void close_call() noexcept { header_.open.store(0, std::memory_order_release); }  // after H1

  void keep_failure(const Operation& what) noexcept {
    if (failures_left_ == 0 || count_ == records_.size()) return;
    --failures_left_;
    records_[count_++] = what;
    header_.count.store(count_, std::memory_order_release);  // H1: as in finish
  }

  LogHeader& header_;
  std::span<Operation> records_;
  std::uint64_t count_ = 0;
  std::uint64_t failures_left_;
  std::uint64_t invoked_ns_ = 0;
  std::optional<Operation> last_failure_;
  std::uint16_t worker_;
  OperationKind kind_;
  bool waiting_ = false;  // the first failure since the last success is in the log
  bool truncated_ = false;
};

}  // namespace pcbench
