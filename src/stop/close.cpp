// close: the last producer closes the channel; each consumer leaves when the channel is closed and empty.
// "Everyone knows it is over" means: the closed flag was visible before the pop that came back empty.
// Pairs       F1 (worker/produce.h) → F2 the shared flag, where the transport has no close of its own
#include "stop/registry.h"

namespace pcbench {
namespace {

class CloseConsumer final : public ConsumerStop {
 public:
  explicit CloseConsumer(const StopContext& context) noexcept : words_(context.words) {}
  bool over_when_empty() noexcept override {
    return words_.closed.load(std::memory_order_acquire) != 0;  // F2: every message came before the flag
  }
  bool over_when_closed() noexcept override { return true; }

 private:
  StopWords& words_;
};

}  // namespace

const StopRow kCloseStop = {
    .name = "close",
    .help = "the last producer closes the channel; consumers drain it and leave",
    .right_for = "every topology and transport; also when the number of messages is unknown",
    .known_bad = false,
    .needs_messages = false,
    .needs_duration = false,
    .consumer = [](const StopContext& context) -> std::unique_ptr<ConsumerStop> {
      return std::make_unique<CloseConsumer>(context);
    },
    .finish =
        [](const StopContext& /*context*/, ProducerEnd& end, bool last) noexcept {
          if (last) end.close();
        },
};

}  // namespace pcbench
