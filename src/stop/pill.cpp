// pill: each producer ends with one pill for each consumer; a consumer leaves after as many as there are
// producers, whosesoever they are. "Everyone knows it is over" means: all PxC pills were popped, P by each
// consumer, hence everything that went in before them. Needs per-producer order: a pill must not overtake its
// producer's messages, or they stay inside.
#include "stop/registry.h"

namespace pcbench {
namespace {

class PillConsumer final : public ConsumerStop {
 public:
  explicit PillConsumer(const StopContext& context) noexcept : pills_left_(context.spec.producers) {}
  bool on_pill() noexcept override { return --pills_left_ == 0; }

 private:
  std::uint32_t pills_left_;
};

}  // namespace

const StopRow kPillStop = {
    .name = "pill",
    .help = "each producer sends one end marker per consumer (PxC pills); a consumer leaves after P of them",
    .right_for = "every topology, with a transport that keeps each producer's order",
    .known_bad = false,
    .needs_messages = false,
    .needs_duration = false,
    .consumer = [](const StopContext& context) -> std::unique_ptr<ConsumerStop> {
      return std::make_unique<PillConsumer>(context);
    },
    .finish =
        [](const StopContext& context, ProducerEnd& end, bool /*last*/) noexcept {
          for (std::uint32_t i = 0; i < context.spec.consumers; ++i) end.push_pill();
        },
};

}  // namespace pcbench
