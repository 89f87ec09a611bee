// unlocked_count, known bad: the shared counter is read, then `+= 1`-ed as separate load and store, unlocked.
// Two consumers that add at once lose an update: the counter never reaches the total, they wait in get for
// ever. Even without a lost update several may pass the check when only one message is left.
#include "stop/locked.h"
#include "stop/registry.h"

namespace pcbench {
namespace {

class UnlockedCountConsumer final : public LockedConsumer {
 public:
  using LockedConsumer::LockedConsumer;
  std::uint64_t try_admit() noexcept override { return all_taken() ? 0 : 1; }
  bool try_account() noexcept override {
    count_one();
    return true;
  }
};

}  // namespace

const StopRow kUnlockedCountStop = {
    .name = "unlocked_count",
    .help = "known bad: a shared counter read and incremented without its lock",
    .right_for = "one consumer only; with more, updates are lost and consumers wait for ever",
    .known_bad = true,
    .needs_messages = true,
    .needs_duration = false,
    .consumer = [](const StopContext& context) -> std::unique_ptr<ConsumerStop> {
      return std::make_unique<UnlockedCountConsumer>(context);
    },
    .finish = [](const StopContext& /*context*/, ProducerEnd& /*end*/, bool /*last*/) noexcept {},
};

}  // namespace pcbench
