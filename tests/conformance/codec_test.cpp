// Documents over transports: nothing is lost in between, and what a transport does to a frame shows.
#include <gtest/gtest.h>

#include "model/names.h"
#include "support/faulty_transports.h"
#include "support/round.h"

namespace pcbench::test {
namespace {

Case coded_case(const char* transport, Codec codec, std::uint32_t payload_bytes = 24) {
  Case config;
  config.transport = transport;
  config.codec = codec;
  config.messages = 1000;
  config.payload_bytes = payload_bytes;
  config.capacity_slots = 16;
  return config;
}

class CodedRounds : public testing::TestWithParam<Codec> {
 protected:
  Deadline deadline_{60};
};

TEST_P(CodedRounds, keep_every_promise) {
  for (const char* transport : {"shm_spsc_ring", "shm_mpmc_ring", "locked_queue", "pipe", "boost_queue"})
    for (const std::uint32_t payload_bytes : {0U, 1U, 24U, 200U})
      for (const std::uint32_t batch : {1U, 5U}) {
        Case config = coded_case(transport, GetParam(), payload_bytes);
        config.batch_messages = batch;
        if (std::string_view(transport) == "shm_mpmc_ring") config.producers = config.consumers = 2;
        const Round round = Round::with_threads(spec_of(config));
        EXPECT_EQ(round.complaint(), "") << transport << " " << payload_bytes << " B, batch " << batch;
      }
}

TEST_P(CodedRounds, a_frame_that_was_changed_is_a_corrupted_message) {
  register_faulty_transports();
  const Round round = Round::with_threads(spec_of(coded_case("faulty_corrupt", GetParam())));
  EXPECT_EQ(round.received(), 1000U);
  EXPECT_EQ(round.findings(Finding::corrupted), 10U);
  EXPECT_EQ(round.findings(Finding::unexpected), 0U);
}

TEST_P(CodedRounds, a_changed_frame_without_payload_is_a_message_nobody_sent) {
  register_faulty_transports();
  const Round round = Round::with_threads(spec_of(coded_case("faulty_corrupt", GetParam(), 0)));
  EXPECT_EQ(round.findings(Finding::unexpected), 10U);
}

INSTANTIATE_TEST_SUITE_P(Codecs, CodedRounds, testing::Values(Codec::cbor, Codec::msgpack, Codec::json),
                         [](const auto& one) { return std::string(name_of(one.param)); });

}  // namespace
}  // namespace pcbench::test
