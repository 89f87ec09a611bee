// What the protocols with a counter under a lock share: taking the stop lock in the watchdog's sight.
#pragma once

#include "worker/stop.h"

namespace pcbench {

/// The consumers' lock of the tutorial. Released when the consumer leaves, as Python's `with` would.
class LockedConsumer : public ConsumerStop {
 public:
  explicit LockedConsumer(const StopContext& context) noexcept
      : words_(context.words),
        slot_(context.slot),
        total_(context.spec.messages),
        worker_id_(context.worker_id) {}
  LockedConsumer(const LockedConsumer&) = delete;
  LockedConsumer& operator=(const LockedConsumer&) = delete;
  ~LockedConsumer() override {
    if (held_) unlock();
  }

 protected:
  void lock() noexcept {
    const Phase before = slot_.phase.load(std::memory_order_relaxed);   // relaxed: our own word
    slot_.phase.store(Phase::waiting_lock, std::memory_order_relaxed);  // relaxed: heartbeat
    words_.lock.lock(worker_id_);
    slot_.phase.store(before, std::memory_order_relaxed);  // relaxed: heartbeat
    held_ = true;
  }
  void unlock() noexcept {
    held_ = false;
    words_.lock.unlock();
  }
  // relaxed in both: under the lock, or deliberately outside it where the protocol is a known-bad one
  [[nodiscard]] bool all_taken() const noexcept {
    return words_.taken.load(std::memory_order_relaxed) >= total_;
  }
  void count_one() noexcept {
    // relaxed: see above; a separate load and store, since the known-bad protocols must be able to lose one
    words_.taken.store(words_.taken.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

 private:
  StopWords& words_;
  WorkerSlot& slot_;
  std::uint64_t total_;
  std::uint32_t worker_id_;
  bool held_ = false;
};

}  // namespace pcbench
