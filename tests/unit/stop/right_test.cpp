// The protocols that are right: moved by hand, they let exactly the right number of messages through and end
// everybody.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "scene.h"

namespace pcbench {
namespace {

/// Writes down what a protocol asks of a producer.
struct Asked final : ProducerEnd {
  int pills = 0;
  int closes = 0;
  void push_pill() noexcept override { ++pills; }
  void close() noexcept override { ++closes; }
};

/// Lets consumers of a counting protocol take turns at random, MESSAGES being inside. Returns how many were
/// taken, or -1 if somebody can never leave.
int play_at_random(Scene& scene, std::uint32_t seed) {
  enum class At { admit, get, account, out };
  struct Player {
    At at = At::admit;
    std::uint64_t admitted = 0;
  };
  std::vector<Player> players(scene.consumers.size());
  std::mt19937 random(seed);
  std::uint64_t inside = scene.spec.messages;
  int taken = 0;
  for (int idle = 0; idle < 2'000; ++idle) {
    const std::size_t who = random() % players.size();
    Player& player = players[who];
    ConsumerStop& stop = scene.consumer(who);
    if (player.at == At::admit) {
      const std::uint64_t admitted = stop.try_admit();
      if (admitted == ConsumerStop::kNotNow) continue;
      player = {admitted == 0 ? At::out : At::get, admitted};
    } else if (player.at == At::get) {
      if (inside == 0) continue;
      --inside;
      ++taken;
      if (--player.admitted == 0) player.at = At::account;
    } else if (player.at == At::account) {
      if (!stop.try_account()) continue;
      player.at = At::admit;
    } else {
      continue;
    }
    idle = 0;
  }
  for (const Player& player : players)
    if (player.at != At::out) return -1;
  return taken;
}

class Counting : public testing::TestWithParam<std::string> {};

TEST_P(Counting, takes_every_message_and_ends_everybody_whoever_comes_first) {
  for (const std::uint32_t consumers : {1U, 2U, 5U})
    for (const std::uint64_t messages : {0U, 1U, 2U, 7U, 40U})
      for (const std::uint32_t batch : {1U, 3U})
        for (std::uint32_t seed = 0; seed < 20; ++seed) {
          Scene scene(GetParam(), 2, consumers, messages, batch);
          EXPECT_EQ(play_at_random(scene, seed), static_cast<int>(messages))
              << consumers << " consumers, batch " << batch << ", seed " << seed;
        }
}

INSTANTIATE_TEST_SUITE_P(Stops, Counting, testing::Values("count", "count_locked"));

TEST(Count, draws_as_many_tickets_as_there_are_messages_and_not_one_more) {
  Scene scene("count", 1, 2, 6, 4);
  EXPECT_EQ(scene.consumer(0).try_admit(), 4U);
  EXPECT_EQ(scene.consumer(1).try_admit(), 2U) << "what is left of a batch";
  EXPECT_EQ(scene.consumer(0).try_admit(), 0U);
  EXPECT_EQ(scene.consumer(1).try_admit(), 0U);
}

TEST(CountLocked, lets_the_others_wait_until_the_one_that_gets_has_counted) {
  Scene scene("count_locked", 1, 2, 2);
  EXPECT_EQ(scene.consumer(0).try_admit(), 1U);
  EXPECT_EQ(scene.consumer(1).try_admit(), ConsumerStop::kNotNow);
  EXPECT_EQ(scene.lock_holder(), 0);
  EXPECT_TRUE(scene.consumer(0).try_account());
  EXPECT_EQ(scene.consumer(1).try_admit(), 1U);
  EXPECT_TRUE(scene.consumer(1).try_account());
  EXPECT_EQ(scene.consumer(0).try_admit(), 0U);
  EXPECT_EQ(scene.consumer(1).try_admit(), 0U);
  EXPECT_EQ(scene.lock_holder(), -1);
}

TEST(CountLocked, frees_its_lock_when_a_consumer_goes_without_counting) {
  Scene scene("count_locked", 1, 2, 2);
  EXPECT_EQ(scene.consumer(0).try_admit(), 1U);
  scene.consumers[0].reset();
  EXPECT_EQ(scene.consumer(1).try_admit(), 1U);
}

TEST(Pill, ends_a_consumer_with_as_many_pills_as_there_are_producers) {
  Scene scene("pill", 3, 2, 0);
  EXPECT_EQ(scene.consumer(0).try_admit(), ConsumerStop::kNoLimit);
  EXPECT_FALSE(scene.consumer(0).on_pill());
  EXPECT_FALSE(scene.consumer(0).on_pill());
  EXPECT_FALSE(scene.consumer(1).on_pill());
  EXPECT_TRUE(scene.consumer(0).on_pill());
  EXPECT_FALSE(scene.consumer(0).over_when_closed()) << "nobody closes under this protocol";
}

TEST(Pill, is_sent_by_every_producer_to_every_consumer) {
  Scene scene("pill", 3, 5, 0);
  for (const bool last : {false, false, true}) {
    Asked asked;
    scene.row.finish(scene.context(0), asked, last);
    EXPECT_EQ(asked.pills, 5);
    EXPECT_EQ(asked.closes, 0);
  }
}

TEST(Close, is_done_by_the_last_producer_only) {
  Scene scene("close", 3, 2, 0);
  Asked asked;
  scene.row.finish(scene.context(0), asked, false);
  EXPECT_EQ(asked.closes, 0);
  scene.row.finish(scene.context(1), asked, true);
  EXPECT_EQ(asked.closes, 1);
  EXPECT_EQ(asked.pills, 0);
}

TEST(Close, ends_a_consumer_once_the_flag_was_up_before_an_empty_pop) {
  Scene scene("close", 1, 1, 0);
  EXPECT_FALSE(scene.consumer(0).over_when_empty());
  EXPECT_TRUE(scene.consumer(0).over_when_closed());
  scene.words.closed = 1;
  EXPECT_TRUE(scene.consumer(0).over_when_empty());
}

TEST(Deadline, ends_a_consumer_once_no_producer_was_left_before_an_empty_pop) {
  Scene scene("deadline", 2, 1, 0);
  EXPECT_EQ(scene.consumer(0).try_admit(), ConsumerStop::kNoLimit);
  EXPECT_FALSE(scene.consumer(0).over_when_empty());
  scene.words.producers_left = 1;
  EXPECT_FALSE(scene.consumer(0).over_when_empty());
  scene.words.producers_left = 0;
  EXPECT_TRUE(scene.consumer(0).over_when_empty());
}

TEST(Stops, are_found_by_their_names_and_say_what_they_are_right_for) {
  for (const StopRow* row : stops()) {
    EXPECT_EQ(find_stop(row->name), row);
    EXPECT_FALSE(row->help.empty());
    EXPECT_FALSE(row->right_for.empty());
  }
  EXPECT_EQ(stops().size(), 8U);
  EXPECT_EQ(find_stop("no such protocol"), nullptr);
}

}  // namespace
}  // namespace pcbench
