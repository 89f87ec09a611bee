// What the inspector adds to the tallies: the bitmap of verify exact, and latency samples.
#include <gtest/gtest.h>

#include <bit>

#include "round_memory.h"
#include "worker/inspector.h"

namespace pcbench {
namespace {

ConsumerStop never_over;

RoundSpec exact_spec(std::uint32_t producers, std::uint32_t consumers, std::uint64_t messages) {
  RoundSpec spec = small_spec(producers, consumers, messages);
  spec.verify = Verify::exact;
  return spec;
}

/// Lets consumer CONSUMER pop MESSAGES.
void pop(const Control& control, std::uint32_t consumer, Messages& messages) {
  Inspector inspector(control, consumer, control.slot(control.spec().producers + consumer));
  bool over = false;
  EXPECT_EQ(inspector.inspect(messages.run(), never_over, over), messages.size());
  inspector.settle();
}

const WorkerSlot& slot_of(const Control& control, std::uint32_t consumer) {
  return control.slot(control.spec().producers + consumer);
}
std::uint64_t duplicates(const Control& control, std::uint32_t consumer) {
  return slot_of(control, consumer).findings[static_cast<std::size_t>(Finding::duplicated)];
}
const FirstFinding& first_duplicate(const Control& control, std::uint32_t consumer) {
  return slot_of(control, consumer).first[static_cast<std::size_t>(Finding::duplicated)];
}
std::uint64_t bits(const Control& control) {
  std::uint64_t sum = 0;
  for (const auto& word : control.bitmap()) sum += static_cast<std::uint64_t>(std::popcount(word.load()));
  return sum;
}
bool is_marked(const Control& control, std::uint32_t producer, std::uint64_t sequence) {
  const std::uint64_t bit = bitmap_index(control.spec(), producer, sequence);
  return (control.bitmap()[bit / 64].load() >> (bit % 64) & 1U) != 0;
}

TEST(Exact, marks_every_message_and_nothing_else) {
  const RoundSpec spec = exact_spec(3, 1, 200);
  const RoundMemory memory(spec);
  Messages messages(spec);
  for (std::uint32_t p = 0; p < 3; ++p) messages.add_stretch(p, 0, share_of(200, p, 3));
  pop(memory.control, 0, messages);
  EXPECT_EQ(bits(memory.control), 200U);
  EXPECT_EQ(memory.control.bitmap().back().load(), 0xFFU) << "200 = 3 * 64 + 8";
  EXPECT_EQ(duplicates(memory.control, 0), 0U);
}

TEST(Exact, leaves_the_bits_of_lost_messages_clear) {
  const RoundSpec spec = exact_spec(2, 1, 300);
  const RoundMemory memory(spec);
  Messages messages(spec);
  messages.add_stretch(0, 0, 63).add_stretch(0, 64, 150).add_stretch(1, 1, 150);
  pop(memory.control, 0, messages);
  EXPECT_EQ(bits(memory.control), 298U);
  EXPECT_FALSE(is_marked(memory.control, 0, 63));
  EXPECT_FALSE(is_marked(memory.control, 1, 0));
}

TEST(Exact, names_a_message_that_another_consumer_has_had) {
  const RoundSpec spec = exact_spec(2, 2, 100);
  const RoundMemory memory(spec);
  Messages first(spec);
  pop(memory.control, 0, first.add_stretch(1, 0, 50));
  Messages second(spec);
  pop(memory.control, 1, second.add_stretch(0, 0, 50).add(1, 37));
  EXPECT_EQ(duplicates(memory.control, 0), 0U);
  EXPECT_EQ(duplicates(memory.control, 1), 1U);
  EXPECT_EQ(first_duplicate(memory.control, 1).producer, 1U);
  EXPECT_EQ(first_duplicate(memory.control, 1).sequence, 37U);
}

TEST(Exact, counts_each_message_of_a_stretch_that_came_twice) {
  const RoundSpec spec = exact_spec(2, 1, 600);
  const RoundMemory memory(spec);
  Messages messages(spec);
  messages.add_stretch(1, 10, 200).add(0, 0).add_stretch(1, 5, 205);
  pop(memory.control, 0, messages);
  EXPECT_EQ(duplicates(memory.control, 0), 190U);
  EXPECT_EQ(first_duplicate(memory.control, 0).producer, 1U);
  EXPECT_EQ(first_duplicate(memory.control, 0).sequence, 10U);
}

TEST(Exact, names_a_message_that_came_twice_in_a_row_and_those_after_it_rightly) {
  const RoundSpec spec = exact_spec(1, 1, 100);
  const RoundMemory memory(spec);
  Messages messages(spec);
  pop(memory.control, 0, messages.add_stretch(0, 0, 10).add(0, 9).add_stretch(0, 10, 20));
  EXPECT_EQ(duplicates(memory.control, 0), 1U);
  EXPECT_EQ(first_duplicate(memory.control, 0).sequence, 9U);
  EXPECT_EQ(bits(memory.control), 20U);
  EXPECT_EQ(memory.control.tallies(0)[0].count, 21U);
  EXPECT_EQ(memory.control.tallies(0)[0].end_sequence, 20U);
}

TEST(Exact, marks_nothing_beyond_a_producers_share) {
  const RoundSpec spec = exact_spec(2, 1, 20);
  const RoundMemory memory(spec);
  Messages messages(spec);
  pop(memory.control, 0, messages.add_stretch(0, 8, 13).add(0, 1'000'000));
  EXPECT_EQ(bits(memory.control), 2U);
  EXPECT_FALSE(is_marked(memory.control, 1, 0)) << "the next producer's first bit";
  EXPECT_EQ(memory.control.tallies(0)[0].end_sequence, 1'000'001U) << "this is what tells";
}

RoundSpec sampled_spec(std::uint32_t sample_every) {
  RoundSpec spec = small_spec(2, 1, 100);
  spec.sample_every = sample_every;
  return spec;
}
void stamp(const Control& control, std::uint32_t producer, std::uint64_t sequence, std::uint64_t pushed_ns) {
  Stamp& stamp = control.stamp(producer, sequence);
  stamp.sequence = sequence + 1;
  stamp.pushed_ns = pushed_ns;
}
std::uint64_t samples(const Control& control) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : control.histogram(0)) sum += count;
  return sum;
}

TEST(Samples, are_taken_of_every_nth_message_of_each_producer) {
  const RoundSpec spec = sampled_spec(8);
  const RoundMemory memory(spec);
  Messages messages(spec);
  messages.add_stretch(0, 0, 30).add_stretch(1, 0, 8);
  for (const std::uint64_t s : {0U, 8U, 16U, 24U}) stamp(memory.control, 0, s, now_ns());
  stamp(memory.control, 1, 0, now_ns());
  pop(memory.control, 0, messages);
  EXPECT_EQ(samples(memory.control), 5U);
  EXPECT_EQ(slot_of(memory.control, 0).samples_missed, 0U);
}

TEST(Samples, may_be_taken_of_every_message) {
  const RoundSpec spec = sampled_spec(1);
  const RoundMemory memory(spec);
  Messages messages(spec);
  for (std::uint64_t s = 0; s < 30; ++s) stamp(memory.control, 0, s, now_ns());
  pop(memory.control, 0, messages.add_stretch(0, 0, 30));
  EXPECT_EQ(samples(memory.control), 30U);
}

TEST(Samples, hold_the_time_since_the_push_began) {
  const RoundSpec spec = sampled_spec(8);
  const RoundMemory memory(spec);
  Messages messages(spec);
  const std::uint64_t begin = now_ns();
  stamp(memory.control, 0, 0, begin - 1'000'000'000);
  pop(memory.control, 0, messages.add(0, 0));
  const std::uint64_t end = now_ns();
  const auto histogram = memory.control.histogram(0);
  std::uint64_t inside = 0;
  for (std::uint32_t b = bucket_of(1'000'000'000); b <= bucket_of(1'000'000'000 + end - begin); ++b)
    inside += histogram[b];
  EXPECT_EQ(inside, 1U);
}

TEST(Samples, whose_stamp_was_used_again_are_counted_as_missed) {
  const RoundSpec spec = sampled_spec(8);
  const RoundMemory memory(spec);
  Messages messages(spec);
  stamp(memory.control, 0, 0, now_ns());
  stamp(memory.control, 0, 4096 * 8, now_ns());  // the same place, a lap later
  stamp(memory.control, 0, 8, now_ns() + 1'000'000'000'000);
  pop(memory.control, 0, messages.add_stretch(0, 0, 20));
  EXPECT_EQ(samples(memory.control), 0U);
  EXPECT_EQ(slot_of(memory.control, 0).samples_missed, 3U) << "overwritten, from the future, never stamped";
}

}  // namespace
}  // namespace pcbench
