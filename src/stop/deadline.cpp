// deadline: producers stop at duration_s; consumers then take what is left and leave.
// "Everyone knows it is over" means: no producer was left before the pop that came back empty.
// The clock only ends production; that alone would lose what is still inside, hence the drain.
// Pairs       T1 (worker/produce.h) → T2 everything the producers flushed
#include "stop/registry.h"

namespace pcbench {
namespace {

class DeadlineConsumer final : public ConsumerStop {
 public:
  explicit DeadlineConsumer(const StopContext& context) noexcept : words_(context.words) {}
  bool over_when_empty() noexcept override {
    return words_.producers_left.load(std::memory_order_acquire) == 0;  // T2: all they flushed can be popped
  }
  bool over_when_closed() noexcept override { return true; }

 private:
  StopWords& words_;
};

}  // namespace

const StopRow kDeadlineStop = {
    .name = "deadline",
    .help = "producers stop after duration_s; consumers drain what is inside and leave",
    .right_for = "every topology and transport, with duration_s",
    .known_bad = false,
    .needs_messages = false,
    .needs_duration = true,
    .consumer = [](const StopContext& context) -> std::unique_ptr<ConsumerStop> {
      return std::make_unique<DeadlineConsumer>(context);
    },
    .finish = [](const StopContext& /*context*/, ProducerEnd& /*end*/, bool /*last*/) noexcept {},
};

}  // namespace pcbench
