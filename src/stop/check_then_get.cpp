// check_then_get, known bad: the counter has its lock, but the check and the get are two steps.
// When one message is left all consumers may pass the check; one gets it, the others wait in get for ever.
#include "stop/locked.h"
#include "stop/registry.h"

namespace pcbench {
namespace {

class CheckThenGetConsumer final : public LockedConsumer {
 public:
  using LockedConsumer::LockedConsumer;
  std::uint64_t try_admit() noexcept override {
    if (!try_lock()) return kNotNow;
    const bool over = all_taken();
    unlock();
    return over ? 0 : 1;
  }
  bool try_account() noexcept override {
    if (!try_lock()) return false;
    count_one();
    unlock();
    return true;
  }
};

}  // namespace

const StopRow kCheckThenGetStop = {
    .name = "check_then_get",
    .help = "known bad: a locked counter, but checking it and getting are two steps",
    .right_for = "one consumer only; with more, all but one may wait in get for ever",
    .known_bad = true,
    .needs_messages = true,
    .needs_duration = false,
    .consumer = [](const StopContext& context) -> std::unique_ptr<ConsumerStop> {
      return std::make_unique<CheckThenGetConsumer>(context);
    },
    .finish = [](const StopContext& /*context*/, ProducerEnd& /*end*/, bool /*last*/) noexcept {},
};

}  // namespace pcbench
