#include "worker/control.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/histogram.h"
#include "round_memory.h"

namespace pcbench {
namespace {

/// The shapes a region comes in.
std::vector<RoundSpec> shapes() {
  RoundSpec wide = small_spec(64, 64, 1'000'003);
  wide.sample_every = 1024;
  RoundSpec exact = small_spec(3, 2, 1'001);
  exact.verify = Verify::exact;
  RoundSpec every = small_spec(2, 5, 10);
  every.sample_every = 1;
  RoundSpec everything = exact;
  everything.sample_every = 1;
  return {small_spec(), wide, exact, every, everything};
}

/// [begin, end) of everything that Control gives out.
std::vector<std::pair<const std::byte*, const std::byte*>> parts(const Control& control) {
  std::vector<std::pair<const std::byte*, const std::byte*>> found;
  const auto add = [&](const auto* first, std::size_t count) {
    if (count != 0)
      found.emplace_back(reinterpret_cast<const std::byte*>(first),
                         reinterpret_cast<const std::byte*>(first + count));
  };
  const RoundSpec& spec = control.spec();
  add(&spec, 1);
  add(&control.gate(), 1);
  add(&control.stop(), 1);
  for (std::uint32_t id = 0; id <= control.drain_id(); ++id) add(&control.slot(id), 1);
  for (std::uint32_t c = 0; c <= spec.consumers; ++c)
    add(control.tallies(c).data(), control.tallies(c).size());
  for (std::uint32_t c = 0; c <= spec.consumers; ++c)
    add(control.histogram(c).data(), control.histogram(c).size());
  const std::uint64_t stamps = spec.sample_every == 0 ? 0 : spec.sample_every == 1 ? 65'536 : 4'096;
  for (std::uint32_t p = 0; p < spec.producers && stamps != 0; ++p) add(&control.stamp(p, 0), stamps);
  add(control.bitmap().data(), control.bitmap().size());
  return found;
}

TEST(Control, has_parts_that_lie_inside_the_region_and_do_not_overlap) {
  for (const RoundSpec& spec : shapes()) {
    RoundMemory memory(spec);
    auto found = parts(memory.control);
    std::sort(found.begin(), found.end());
    EXPECT_GE(found.front().first, memory.data());
    EXPECT_LE(found.back().second, memory.data() + Control::bytes_for(spec));
    for (std::size_t i = 1; i < found.size(); ++i) ASSERT_LE(found[i - 1].second, found[i].first) << i;
  }
}

TEST(Control, keeps_different_writers_on_different_lines) {
  for (const RoundSpec& spec : shapes()) {
    RoundMemory memory(spec);
    std::vector<const void*> beginnings = {&memory.control.gate(), &memory.control.stop()};
    for (std::uint32_t id = 0; id <= memory.control.drain_id(); ++id)
      beginnings.push_back(&memory.control.slot(id));
    for (std::uint32_t c = 0; c <= spec.consumers; ++c)
      beginnings.push_back(memory.control.tallies(c).data());
    for (const void* begin : beginnings)
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(begin) % kFalseSharingBytes, 0U);
  }
}

TEST(Control, gives_every_sampled_message_of_a_while_a_stamp_of_its_own) {
  RoundSpec spec = small_spec(2, 1, 10'000'000);
  spec.sample_every = 1024;
  RoundMemory memory(spec);
  EXPECT_NE(&memory.control.stamp(0, 0), &memory.control.stamp(1, 0));
  EXPECT_NE(&memory.control.stamp(0, 0), &memory.control.stamp(0, 1024));
  EXPECT_EQ(&memory.control.stamp(0, 0), &memory.control.stamp(0, 4096 * 1024))
      << "and then they are used again";
}

TEST(Control, starts_with_a_ticket_for_each_message_and_all_producers_left) {
  RoundMemory counted(small_spec(3, 2, 77));
  EXPECT_EQ(counted.control.stop().tickets, 77);
  EXPECT_EQ(counted.control.stop().producers_left, 3U);
  RoundSpec spec = small_spec(3, 2, UINT64_MAX);
  spec.duration_ns = 5;
  RoundMemory timed(spec);
  EXPECT_EQ(timed.control.stop().tickets, 0);
}

TEST(Control, has_room_for_evidence_only_where_it_is_asked_for) {
  EXPECT_TRUE(RoundMemory(small_spec()).control.histogram(0).empty());
  EXPECT_TRUE(RoundMemory(small_spec()).control.bitmap().empty());
  RoundSpec spec = small_spec(1, 1, 129);
  spec.verify = Verify::exact;
  EXPECT_EQ(RoundMemory(spec).control.bitmap().size(), 3U);
  spec.messages = UINT64_MAX;
  spec.duration_ns = 1;
  EXPECT_TRUE(RoundMemory(spec).control.bitmap().empty())
      << "by the clock nobody knows how many there will be";
}

TEST(Control, is_the_same_to_whoever_attaches) {
  RoundMemory memory(small_spec(2, 3, 55));
  const Control other = Control::attach(memory.data(), memory.size());
  EXPECT_EQ(other.spec().messages, 55U);
  EXPECT_EQ(other.worker_count(), 5U);
  EXPECT_EQ(&other.slot(4), &memory.control.slot(4));
  EXPECT_EQ(other.tallies(3).data(), memory.control.tallies(3).data());
}

TEST(Control, refuses_memory_that_is_not_this_programs) {
  RoundMemory memory(small_spec());
  const auto refused = [&](std::size_t bytes) {
    try {
      (void)Control::attach(memory.data(), bytes);
      return false;
    } catch (const Error&) {
      return true;
    }
  };
  EXPECT_FALSE(refused(memory.size()));
  EXPECT_TRUE(refused(Control::bytes_for(small_spec()) - 1)) << "cut off";
  EXPECT_TRUE(refused(8));
  for (const std::size_t word : {0U, 1U, 2U}) {  // magic, version, bytes
    memory.data()[word * 8] ^= std::byte{1};
    EXPECT_TRUE(refused(memory.size())) << "word " << word;
    memory.data()[word * 8] ^= std::byte{1};
  }
  const_cast<RoundSpec&>(memory.control.spec()).consumers = 60;
  EXPECT_TRUE(refused(memory.size())) << "a spec that needs more than there is";
}

TEST(Control, faults_in_without_changing_anything) {
  RoundSpec spec = small_spec(2, 2, 100);
  spec.sample_every = 1;
  RoundMemory memory(spec);
  memory.control.tallies(1)[0].count = 5;
  for (std::uint32_t id = 0; id <= memory.control.drain_id(); ++id) memory.control.prefault(id);
  EXPECT_EQ(memory.control.tallies(1)[0].count, 5U);
  EXPECT_EQ(memory.control.spec().messages, 100U);
}

TEST(Gate, holds_everybody_back_until_it_is_opened) {
  RoundMemory memory(small_spec());
  Gate& gate = memory.control.gate();
  std::atomic<int> through{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < 3; ++i)
    workers.emplace_back([&] {
      gate.arrive_and_wait();
      ++through;
    });
  while (gate.ready.load(std::memory_order_acquire) < 3) std::this_thread::yield();
  EXPECT_EQ(through, 0);
  gate.open();
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(through, 3);
}

}  // namespace
}  // namespace pcbench
