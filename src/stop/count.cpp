// count: a consumer draws a ticket before it gets a message; no ticket, no get.
// "Everyone knows it is over" means: as many tickets were drawn as there are messages, so nobody waits for
// one too many. One lost message therefore hangs exactly one consumer.
#include "stop/registry.h"

#include <algorithm>

namespace pcbench {
namespace {

class CountConsumer final : public ConsumerStop {
 public:
  explicit CountConsumer(const StopContext& context) noexcept
      : words_(context.words), batch_(context.spec.batch_messages) {}

  std::uint64_t try_admit() noexcept override {
    // relaxed: the ticket is only a number; the message itself is made visible by the transport
    const std::int64_t before = words_.tickets.fetch_sub(batch_, std::memory_order_relaxed);
    return before <= 0 ? 0 : static_cast<std::uint64_t>(std::min(before, batch_));
  }

 private:
  StopWords& words_;
  std::int64_t batch_;
};

}  // namespace

const StopRow kCountStop = {
    .name = "count",
    .help = "a ticket is drawn from a shared counter before each get (batch_messages tickets at once)",
    .right_for = "every topology, when the number of messages is known and none is lost",
    .known_bad = false,
    .needs_messages = true,
    .needs_duration = false,
    .consumer = [](const StopContext& context) -> std::unique_ptr<ConsumerStop> {
      return std::make_unique<CountConsumer>(context);
    },
    .finish = [](const StopContext& /*context*/, ProducerEnd& /*end*/, bool /*last*/) noexcept {},
};

}  // namespace pcbench
