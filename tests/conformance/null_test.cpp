// What only the floor has to show: it moves nothing, yet its consumers see what they would have popped.
#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "transport/null.h"

namespace pcbench::test {
namespace {

TEST(NullTransport, SharesEverythingExactlyAmongItsConsumers) {
  RoundSpec spec{};
  spec.message_bytes = static_cast<std::uint32_t>(message_bytes(0));
  spec.batch_messages = 1;
  spec.stop = FixedString<32>("close");
  spec.producers = 3;
  spec.consumers = 2;
  spec.messages = 100;
  const NullTransport transport(spec);
  std::array<std::array<int, 34>, 3> seen{};
  for (std::uint32_t c = 0; c < spec.consumers; ++c) {
    auto consumer = transport.consumer(c);
    ReadRun run = consumer.try_peek(1);
    for (; run.count != 0; run = consumer.try_peek(1)) {
      Envelope envelope;
      std::memcpy(&envelope, run.first, sizeof envelope);
      ++seen.at(envelope.producer).at(envelope.sequence);
      consumer.release(1);
    }
    EXPECT_EQ(run.status, PopStatus::closed);
  }
  for (std::uint32_t p = 0; p < spec.producers; ++p)
    for (std::uint64_t s = 0; s < 34; ++s)
      EXPECT_EQ(seen[p][s], s < share_of(spec.messages, p, spec.producers) ? 1 : 0) << p << " " << s;
}

}  // namespace
}  // namespace pcbench::test
