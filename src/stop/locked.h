// What the protocols with a counter under a lock share: the stop lock and the counter it guards.
#pragma once

#include "worker/stop.h"

namespace pcbench {

/// The consumers' lock and counter of the tutorial. Left locked, it is released when the consumer goes, as
/// Python's `with` would.
class LockedConsumer : public ConsumerStop {
 public:
  explicit LockedConsumer(const StopContext& context) noexcept
      : words_(context.words), total_(context.spec.messages), worker_id_(context.worker_id) {}
  LockedConsumer(const LockedConsumer&) = delete;
  LockedConsumer& operator=(const LockedConsumer&) = delete;
  ~LockedConsumer() override {
    if (held_) unlock();
  }

 protected:
  [[nodiscard]] bool try_lock() noexcept { return held_ = words_.lock.try_lock(worker_id_); }
  void unlock() noexcept {
    held_ = false;
    words_.lock.unlock();
  }
  // relaxed in both: under the lock, or deliberately outside it where the protocol is one of the tutorial's
  // bugs
  [[nodiscard]] bool all_taken() const noexcept {
    return words_.taken.load(std::memory_order_relaxed) >= total_;
  }
  void count_one() noexcept {
    // relaxed: see above; a separate load and store, since the known-bad protocols must be able to lose one
    words_.taken.store(words_.taken.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

 private:
  StopWords& words_;
  std::uint64_t total_;
  std::uint32_t worker_id_;
  bool held_ = false;
};

}  // namespace pcbench
