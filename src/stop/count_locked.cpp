// count_locked: check, get and count are one step under one lock: the tutorial's final version.
// "Everyone knows it is over" means: the counter says so to whoever holds the lock. Right in every topology
// while producers do not need that lock, but one consumer gets at a time: its throughput shows the cost.
#include "stop/locked.h"
#include "stop/registry.h"

namespace pcbench {
namespace {

class CountLockedConsumer final : public LockedConsumer {
 public:
  using LockedConsumer::LockedConsumer;
  std::uint64_t try_admit() noexcept override {
    if (!try_lock()) return kNotNow;
    if (!all_taken()) return 1;
    unlock();
    return 0;
  }
  bool try_account() noexcept override {
    count_one();
    unlock();
    return true;
  }
};

}  // namespace

const StopRow kCountLockedStop = {
    .name = "count_locked",
    .help = "check, get and count as one step under a consumers' lock (the tutorial's final version)",
    .right_for = "every topology, when the number of messages is known; it serialises the consumers",
    .known_bad = false,
    .needs_messages = true,
    .needs_duration = false,
    .consumer = [](const StopContext& context) -> std::unique_ptr<ConsumerStop> {
      return std::make_unique<CountLockedConsumer>(context);
    },
    .finish = [](const StopContext& /*context*/, ProducerEnd& /*end*/, bool /*last*/) noexcept {},
};

}  // namespace pcbench
