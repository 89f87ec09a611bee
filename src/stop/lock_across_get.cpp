// lock_across_get, known bad: the check is outside; one lock is held across the blocking get and the count.
// After the last message a consumer that had passed the check sits in get with the lock; others wait for it.
#include "stop/locked.h"
#include "stop/registry.h"

namespace pcbench {
namespace {

class LockAcrossGetConsumer final : public LockedConsumer {
 public:
  using LockedConsumer::LockedConsumer;
  std::uint64_t try_admit() noexcept override {
    if (!checked_ && all_taken()) return 0;
    checked_ = true;
    return try_lock() ? 1 : kNotNow;
  }
  bool try_account() noexcept override {
    count_one();
    checked_ = false;
    unlock();
    return true;
  }

 private:
  bool checked_ = false;  // the check is done once, before the lock: that is the bug
};

}  // namespace

const StopRow kLockAcrossGetStop = {
    .name = "lock_across_get",
    .help = "known bad: the check outside, then one lock held across the blocking get",
    .right_for = "one consumer only; with more, one waits in get and the others for the lock it holds",
    .known_bad = true,
    .needs_messages = true,
    .needs_duration = false,
    .consumer = [](const StopContext& context) -> std::unique_ptr<ConsumerStop> {
      return std::make_unique<LockAcrossGetConsumer>(context);
    },
    .finish = [](const StopContext& /*context*/, ProducerEnd& /*end*/, bool /*last*/) noexcept {},
};

}  // namespace pcbench
