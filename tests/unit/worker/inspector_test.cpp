#include "worker/inspector.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "round_memory.h"

namespace pcbench {
namespace {

/// Over after COUNT pills.
struct AfterPills final : ConsumerStop {
  explicit AfterPills(int count = INT_MAX) : left(count) {}
  bool on_pill() noexcept override { return --left == 0; }
  int left;
};

/// A consumer's inspector with what it writes.
struct Desk {
  explicit Desk(const RoundSpec& spec) : memory(spec), inspector(memory.control, 0, memory.consumer_slot()) {}

  void pop(Messages& messages) { EXPECT_EQ(inspector.inspect(messages.run(), stop, over), messages.size()); }
  const Tally& tally(std::uint32_t producer) {
    inspector.settle();
    return memory.control.tallies(0)[producer];
  }
  std::uint64_t count(Finding kind) {
    return memory.consumer_slot().findings[static_cast<std::size_t>(kind)];
  }
  const FirstFinding& first(Finding kind) {
    return memory.consumer_slot().first[static_cast<std::size_t>(kind)];
  }
  std::uint64_t contradictions() {
    const auto& all = memory.consumer_slot().findings;
    return std::accumulate(all.begin(), all.end(), std::uint64_t{0});
  }

  RoundMemory memory;
  Inspector inspector;
  AfterPills stop;
  bool over = false;
};

void expect_whole(const Tally& tally, std::uint32_t producer, std::uint64_t end) {
  EXPECT_EQ(tally.count, end);
  EXPECT_EQ(tally.sum, run_sum(producer_key(42, producer), 0, end));
  EXPECT_EQ(tally.next_sequence, end);
  EXPECT_EQ(tally.end_sequence, end);
}

TEST(Inspector, books_each_producers_messages_however_they_are_interleaved) {
  const RoundSpec spec = small_spec(3, 1, 60);
  Desk desk(spec);
  Messages messages(spec);
  messages.add_stretch(2, 0, 5).add_stretch(0, 0, 1).add_stretch(1, 0, 7).add_stretch(0, 1, 9).add_stretch(
      2, 5, 6);
  desk.pop(messages);
  expect_whole(desk.tally(0), 0, 9);
  expect_whole(desk.tally(1), 1, 7);
  expect_whole(desk.tally(2), 2, 6);
  EXPECT_EQ(desk.inspector.messages(), messages.size());
  EXPECT_EQ(desk.contradictions(), 0U);
}

TEST(Inspector, settles_what_it_has_seen_once) {
  const RoundSpec spec = small_spec();
  Desk desk(spec);
  Messages messages(spec);
  desk.pop(messages.add_stretch(0, 0, 3));
  desk.inspector.settle();
  desk.inspector.settle();
  Messages more(spec);
  desk.pop(more.add_stretch(0, 3, 8));
  expect_whole(desk.tally(0), 0, 8);
}

TEST(Inspector, takes_a_gap_for_another_consumers_messages) {
  const RoundSpec spec = small_spec(1, 2);
  Desk desk(spec);
  Messages messages(spec);
  desk.pop(messages.add_stretch(0, 2, 4).add_stretch(0, 9, 10));
  EXPECT_EQ(desk.tally(0).count, 3U);
  EXPECT_EQ(desk.tally(0).sum, run_sum(producer_key(42, 0), 2, 4) + run_sum(producer_key(42, 0), 9, 10));
  EXPECT_EQ(desk.tally(0).end_sequence, 10U);
  EXPECT_EQ(desk.contradictions(), 0U);
}

TEST(Inspector, notes_a_sequence_that_goes_back) {
  const RoundSpec spec = small_spec(2, 1);
  Desk desk(spec);
  Messages messages(spec);
  desk.pop(messages.add_stretch(1, 0, 4).add(1, 2).add(0, 0).add(1, 5).add(1, 4));
  EXPECT_EQ(desk.count(Finding::reordered), 2U);
  EXPECT_EQ(desk.first(Finding::reordered).producer, 1U);
  EXPECT_EQ(desk.first(Finding::reordered).sequence, 2U);
  EXPECT_EQ(desk.first(Finding::reordered).expected_sequence, 4U);
  EXPECT_GT(desk.first(Finding::reordered).time_ns, 0U);
  EXPECT_EQ(desk.tally(1).end_sequence, 6U) << "the largest, not the last";
}

TEST(Inspector, notes_messages_of_no_producer_and_of_no_kind_and_books_them_nowhere) {
  const RoundSpec spec = small_spec(2, 1);
  Desk desk(spec);
  Messages messages(spec);
  desk.pop(messages.add(0, 0)
               .add(7, 3)
               .add(1, 0, static_cast<MessageKind>(9))
               .add(9, 0, MessageKind::pill)
               .add(0, 1));
  EXPECT_EQ(desk.count(Finding::unexpected), 3U);
  EXPECT_EQ(desk.first(Finding::unexpected).producer, 7U);
  EXPECT_EQ(desk.first(Finding::unexpected).sequence, 3U);
  expect_whole(desk.tally(0), 0, 2);
  EXPECT_EQ(desk.tally(1).count, 0U);
  EXPECT_EQ(desk.memory.consumer_slot().pills, 0U);
  EXPECT_FALSE(desk.over);
}

TEST(Inspector, notes_the_first_wrong_payload_byte_of_the_first_wrong_message) {
  const RoundSpec spec = small_spec();
  for (std::size_t offset = 0; offset < spec.payload_bytes; ++offset) {
    Desk desk(spec);
    Messages messages(spec);
    messages.add_stretch(0, 0, 8);
    messages.payload_byte(3, offset) ^= std::byte{1};
    messages.payload_byte(6, 0) ^= std::byte{1};
    desk.pop(messages);
    EXPECT_EQ(desk.count(Finding::corrupted), 2U);
    EXPECT_EQ(desk.first(Finding::corrupted).sequence, 3U);
    EXPECT_EQ(desk.first(Finding::corrupted).offset_bytes, offset);
    expect_whole(desk.tally(0), 0, 8);
  }
}

TEST(Inspector, reads_but_does_not_judge_the_payload_without_integrity) {
  RoundSpec spec = small_spec();
  spec.integrity = Integrity::off;
  Desk desk(spec);
  Messages messages(spec);
  messages.add_stretch(0, 0, 8);
  messages.payload_byte(3, 5) ^= std::byte{1};
  desk.pop(messages);
  EXPECT_EQ(desk.contradictions(), 0U);
  expect_whole(desk.tally(0), 0, 8);
  EXPECT_NE(desk.memory.consumer_slot().payload_fold, 0U) << "when it is settled";
}

TEST(Inspector, does_not_take_a_first_message_of_no_producer_for_the_next_one_of_nobody) {
  RoundSpec spec = small_spec();
  spec.integrity = Integrity::off;
  Desk desk(spec);
  Messages messages(spec);
  messages.add(UINT32_MAX, 0).add(UINT32_MAX, 1).add_stretch(0, 0, 3);
  desk.pop(messages);
  expect_whole(desk.tally(0), 0, 3);
  EXPECT_EQ(desk.count(Finding::unexpected), 2U);
  EXPECT_EQ(desk.first(Finding::unexpected).producer, UINT32_MAX);
  EXPECT_EQ(desk.contradictions(), 2U);
}

TEST(Inspector, books_nothing_without_verification_but_still_checks_the_payload) {
  RoundSpec spec = small_spec(2, 1);
  spec.verify = Verify::none;
  Desk desk(spec);
  Messages messages(spec);
  messages.add_stretch(1, 0, 4).add(0, 5).add(1, 2).add(0, 0);
  messages.payload_byte(5, 2) ^= std::byte{1};
  desk.pop(messages);
  EXPECT_EQ(desk.inspector.messages(), 7U);
  EXPECT_EQ(desk.tally(0).count + desk.tally(1).count, 0U);
  EXPECT_EQ(desk.count(Finding::corrupted), 1U);
  EXPECT_EQ(desk.count(Finding::reordered), 0U);
}

TEST(Inspector, stops_right_behind_the_last_pill) {
  const RoundSpec spec = small_spec(2, 1);
  Desk desk(spec);
  desk.stop.left = 2;
  Messages messages(spec);
  messages.add(0, 0).pill(1).add(0, 1).pill(0).add(1, 0);
  EXPECT_EQ(desk.inspector.inspect(messages.run(), desk.stop, desk.over), 4U);
  EXPECT_TRUE(desk.over);
  EXPECT_EQ(desk.inspector.messages(), 2U);
  EXPECT_EQ(desk.memory.consumer_slot().pills, 2U);
  EXPECT_EQ(desk.tally(1).count, 0U);
}

TEST(Inspector, leaves_the_same_evidence_however_the_messages_are_cut_into_runs) {
  RoundSpec spec = small_spec(3, 1, 3'000);
  spec.verify = Verify::exact;
  Messages messages(spec);
  std::mt19937 random(7);
  const auto below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); };
  std::array<std::uint64_t, 3> next{};
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    const std::uint32_t producer = below(10) == 0 ? below(4) : i / 50 % 3;
    if (producer == 3) messages.add(below(5), below(20), static_cast<MessageKind>(below(3)));
    else messages.add(producer, next[producer]++);
    if (below(20) == 0) messages.payload_byte(messages.size() - 1, below(24)) ^= std::byte{4};
  }
  Desk whole(spec);
  whole.pop(messages);
  whole.inspector.settle();
  for (const std::size_t size : {1U, 2U, 3U, 7U, 64U}) {
    Desk cut(spec);
    for (std::size_t at = 0; at < messages.size(); at += size) {
      const std::size_t count = std::min(size, messages.size() - at);
      EXPECT_EQ(cut.inspector.inspect(messages.run(at, count), cut.stop, cut.over), count);
    }
    cut.inspector.settle();
    EXPECT_EQ(cut.memory.consumer_slot().findings, whole.memory.consumer_slot().findings);
    EXPECT_EQ(cut.memory.consumer_slot().pills, whole.memory.consumer_slot().pills);
    EXPECT_EQ(cut.inspector.messages(), whole.inspector.messages());
    for (std::uint32_t p = 0; p < 3; ++p) {
      EXPECT_EQ(cut.tally(p).count, whole.tally(p).count);
      EXPECT_EQ(cut.tally(p).sum, whole.tally(p).sum);
      EXPECT_EQ(cut.tally(p).end_sequence, whole.tally(p).end_sequence);
    }
  }
}

}  // namespace
}  // namespace pcbench
