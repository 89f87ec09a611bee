#include <random>

#include "evidence_builder.h"
#include "verdict_matchers.h"

namespace pcbench {
namespace {

constexpr std::uint32_t kDrain = RoundBuilder::kDrain;
const WorkerExit kKilled{ExitKind::signaled, 9};
const WorkerExit kStuck{ExitKind::hung, 9};

Verdict delivery(const CaseRecord& record, const RoundRecord& round) {
  return verdict_of(record, round, "delivery");
}

void expect_counts(const Verdict& verdict, const Fact& lost, const Fact& duplicated, const Fact& unexpected) {
  EXPECT_EQ(fact_of(verdict, "lost"), lost);
  EXPECT_EQ(fact_of(verdict, "duplicated"), duplicated);
  EXPECT_EQ(fact_of(verdict, "unexpected"), unexpected);
}

class DeliveryIn : public testing::TestWithParam<Verify> {};
INSTANTIATE_TEST_SUITE_P(BothModes, DeliveryIn, testing::Values(Verify::online, Verify::exact),
                         [](const auto& mode) { return std::string(name_of(mode.param)); });

TEST_P(DeliveryIn, everything_received_once_passes) {
  const CaseRecord record = make_case(2, 2, 7, GetParam());  // p0 sends 4, p1 sends 3
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 2).pop_run(1, 1, 0, 1).pop(1, 0, 3).pop(0, 1, 2);
  const Verdict verdict = delivery(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::pass);
  EXPECT_EQ(verdict.reason, "");
  expect_counts(verdict, n(0), n(0), n(0));
}

TEST_P(DeliveryIn, what_the_drain_finds_is_not_lost) {
  const CaseRecord record = make_case(1, 1, 4, GetParam());
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 1).pop_run(kDrain, 0, 2, 3);
  EXPECT_EQ(delivery(record, round.finish()).outcome, Outcome::pass);
}

TEST_P(DeliveryIn, a_message_of_no_producer_fails_and_is_named) {
  const CaseRecord record = make_case(2, 1, 4, GetParam());
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 1).pop_run(0, 1, 0, 1).pop(0, 9, 5);
  const Verdict verdict = delivery(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  expect_counts(verdict, n(0), n(0), n(1));
  ASSERT_TRUE(verdict.counter_example);
  EXPECT_EQ(verdict.counter_example->producer, 9U);
  EXPECT_EQ(verdict.counter_example->sequence, 5U);
  EXPECT_EQ(verdict.counter_example->consumer, 0U);
  EXPECT_EQ(verdict.counter_example->round, 0U);
  EXPECT_TRUE(verdict.counter_example->time_ns);
}

TEST_P(DeliveryIn, a_message_of_no_kind_fails) {
  const CaseRecord record = make_case(1, 1, 2, GetParam());
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 1).pop_of_no_kind(0, 0, 1);
  const Verdict verdict = delivery(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(fact_of(verdict, "unexpected"), n(1));
}

TEST_P(DeliveryIn, a_sequence_that_was_never_sent_fails) {
  const CaseRecord record = make_case(1, 2, 4, GetParam());
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 3).pop(1, 0, 4);
  const Verdict verdict = delivery(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(fact_of(verdict, "unexpected"), n(1));
  EXPECT_EQ(verdict.counter_example->producer, 0U);
}

TEST_P(DeliveryIn, a_producer_that_gave_up_fails_with_its_words) {
  const CaseRecord record = make_case(2, 1, 10, GetParam());
  RoundBuilder round(record);
  round.sent(1, 3)
      .gave_up(Role::producer, 1, "the channel was closed")
      .pop_run(0, 0, 0, 4)
      .pop_run(0, 1, 0, 2);
  const Verdict verdict = delivery(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(verdict.reason, "p1 sent 3 of its 5 messages: the channel was closed");
  EXPECT_EQ(verdict.counter_example->producer, 1U);
  EXPECT_EQ(verdict.counter_example->sequence, 3U);
  expect_counts(verdict, n(0), n(0), n(0));
}

TEST_P(DeliveryIn, an_aborted_round_in_which_all_is_accounted_for_passes) {
  const CaseRecord record = make_case(2, 3, 8, GetParam());
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 2).pop_run(1, 1, 0, 3).pop(kDrain, 0, 3).never_left(Role::consumer, 2, kStuck);
  round.ended(RoundEnd::hung, HangKind::deadlock);
  const Verdict verdict = delivery(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::pass);
  expect_counts(verdict, n(0), n(0), n(0));
}

TEST_P(DeliveryIn, a_stuck_producer_is_accounted_for_by_what_it_had_pushed) {
  const CaseRecord record = make_case(1, 1, 100, GetParam());
  RoundBuilder round(record);
  round.sent(0, 6).never_left(Role::producer, 0, kStuck).pop_run(0, 0, 0, 3).pop_run(kDrain, 0, 4, 6);
  round.ended(RoundEnd::hung, HangKind::deadlock);
  EXPECT_EQ(delivery(record, round.finish()).outcome, Outcome::pass)
      << "one more may be on its way, uncounted";
}

TEST_P(DeliveryIn, a_gap_in_what_a_stuck_producer_had_pushed_is_unknown) {
  const CaseRecord record = make_case(1, 1, 100, GetParam());
  RoundBuilder round(record);
  round.sent(0, 3).never_left(Role::producer, 0, kStuck).pop_run(0, 0, 0, 3).pop_run(0, 0, 5, 6);
  round.ended(RoundEnd::hung, HangKind::deadlock);
  EXPECT_EQ(delivery(record, round.finish()).outcome, Outcome::unknown);
}

TEST_P(DeliveryIn, an_aborted_round_with_a_gap_is_unknown) {
  const CaseRecord record = make_case(1, 2, 10, GetParam());
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 4).pop_run(kDrain, 0, 6, 9).never_left(Role::consumer, 1, kKilled);
  round.ended(RoundEnd::worker_died);
  const Verdict verdict = delivery(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::unknown);
  EXPECT_EQ(fact_of(verdict, "lost"), kNull);
  EXPECT_TRUE(says(verdict.reason, "a worker died; p0 pushed 10 messages and 9 are accounted for"))
      << verdict.reason;
}

TEST_P(DeliveryIn, an_aborted_round_fails_on_more_than_can_have_been_sent) {
  const CaseRecord record = make_case(1, 2, 4, GetParam());
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 3).pop(1, 0, 2).ended(RoundEnd::interrupted);
  EXPECT_EQ(delivery(record, round.finish()).outcome, Outcome::fail);
}

TEST_P(DeliveryIn, a_completed_round_without_drain_is_unknown_where_messages_are_missing) {
  const CaseRecord record = make_case(1, 1, 4, GetParam());
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 2).without_drain("a lock is still held");
  const Verdict verdict = delivery(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::unknown);
  EXPECT_TRUE(says(verdict.reason, "a lock is still held"));
}

TEST_P(DeliveryIn, a_completed_round_without_drain_passes_where_consumers_have_all) {
  const CaseRecord record = make_case(1, 1, 4, GetParam());
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 3).without_drain("a lock is still held");
  EXPECT_EQ(delivery(record, round.finish()).outcome, Outcome::pass);
}

TEST(DeliveryOnline, a_mismatch_gives_the_net_difference_and_the_producer) {
  const CaseRecord record = make_case(2, 2, 10);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 4).pop_run(1, 1, 0, 1).pop(0, 1, 3).pop(1, 1, 4);  // p1's 2 is missing
  const Verdict verdict = delivery(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  expect_counts(verdict, kNull, kNull, n(0));
  EXPECT_EQ(fact_of(verdict, "net_difference"), n(-1));
  EXPECT_EQ(fact_of(verdict, "producer"), Fact(std::string("p1")));
  EXPECT_TRUE(says(verdict.reason, "verify: exact"));
  EXPECT_EQ(verdict.counter_example->producer, 1U);
  EXPECT_EQ(verdict.counter_example->round, 0U);
}

TEST(DeliveryOnline, as_many_lost_as_doubled_is_caught_by_the_sum) {
  const CaseRecord record = make_case(1, 2, 20);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 4).pop(1, 0, 6).pop_run(0, 0, 6, 19);  // 5 is lost, 6 is doubled
  const Verdict verdict = delivery(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(fact_of(verdict, "net_difference"), n(0));
  EXPECT_TRUE(says(verdict.reason, "not the same ones")) << verdict.reason;
}

TEST(DeliveryOnline, whatever_is_inside_counts_when_only_a_duration_was_asked) {
  CaseRecord record = make_case(1, 1, 0);
  record.config.messages.reset();
  record.config.duration_s = 0.001;
  RoundBuilder round(record);
  round.sent(0, 50).pop_run(0, 0, 0, 44).pop_run(kDrain, 0, 45, 49);
  EXPECT_EQ(delivery(record, round.finish()).outcome, Outcome::pass);

  RoundBuilder lossy(record);
  lossy.sent(0, 50).pop_run(0, 0, 0, 44).pop_run(kDrain, 0, 46, 49);
  EXPECT_EQ(delivery(record, lossy.finish()).outcome, Outcome::fail);
}

TEST(DeliveryExact, the_lost_are_counted_and_the_first_is_named) {
  const CaseRecord record = make_case(2, 2, 400, Verify::exact);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 199).pop_run(1, 1, 0, 136).pop_run(1, 1, 138, 150).pop_run(0, 1, 153, 199);
  const Verdict verdict = delivery(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  expect_counts(verdict, n(3), n(0), n(0));
  EXPECT_EQ(verdict.counter_example->producer, 1U);
  EXPECT_EQ(verdict.counter_example->sequence, 137U);
}

TEST(DeliveryExact, a_double_is_counted_and_named_with_who_popped_it_again) {
  const CaseRecord record = make_case(1, 2, 8, Verify::exact);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 7).pop(1, 0, 5);
  const Verdict verdict = delivery(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  expect_counts(verdict, n(0), n(1), n(0));
  EXPECT_EQ(verdict.counter_example->sequence, 5U);
  EXPECT_EQ(verdict.counter_example->consumer, 1U);
}

TEST(DeliveryExact, lost_and_doubled_at_once_are_told_apart) {
  const CaseRecord record = make_case(1, 2, 20, Verify::exact);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 4).pop(1, 0, 6).pop_run(0, 0, 6, 19);
  expect_counts(delivery(record, round.finish()), n(1), n(1), n(0));
}

TEST(DeliveryExact, a_bitmap_that_contradicts_the_counts_is_no_pass) {
  const CaseRecord record = make_case(1, 1, 64, Verify::exact);
  RoundBuilder builder(record);
  RoundRecord round = builder.pop_run(0, 0, 0, 63).finish();
  round.workers[1].tallies[0].count = 63;
  EXPECT_EQ(delivery(record, round).outcome, Outcome::fail);
}

TEST(DeliveryExact, an_aborted_round_does_not_guess_what_a_killed_consumer_had_in_hand) {
  const CaseRecord record = make_case(1, 2, 9, Verify::exact);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 3).pop_run(1, 0, 4, 6).pop_run(kDrain, 0, 7, 8);
  round.never_left(Role::consumer, 1, kKilled)
      .ended(RoundEnd::worker_died);  // its last stretch was not booked, in its tally or in the bitmap
  EXPECT_EQ(delivery(record, round.finish()).outcome, Outcome::unknown);
}

/// All of a round's messages in an order that keeps each producer's, as {producer, sequence}.
std::vector<std::pair<std::uint32_t, std::uint64_t>> random_merge(const CaseRecord& record,
                                                                  std::mt19937_64& random) {
  std::vector<std::uint32_t> turns;
  for (std::uint32_t p = 0; p < record.config.producers; ++p)
    turns.insert(turns.end(), share_of(*record.config.messages, p, record.config.producers), p);
  std::shuffle(turns.begin(), turns.end(), random);
  std::vector<std::uint64_t> next(record.config.producers);
  std::vector<std::pair<std::uint32_t, std::uint64_t>> stream;
  for (const std::uint32_t p : turns) stream.emplace_back(p, next[p]++);
  return stream;
}

Verdict deliver(const CaseRecord& record, const std::vector<std::pair<std::uint32_t, std::uint64_t>>& stream,
                std::mt19937_64& random) {
  RoundBuilder round(record);
  for (const auto& [producer, sequence] : stream)
    round.pop(static_cast<std::uint32_t>(random() % record.config.consumers), producer, sequence);
  return delivery(record, round.finish());
}

TEST_P(DeliveryIn, any_merge_or_shuffle_of_whole_streams_passes_and_any_single_change_fails) {
  std::mt19937_64 random(20240607);
  for (int i = 0; i < 200; ++i) {
    const auto producers = static_cast<std::uint32_t>(1 + random() % 5);
    const auto consumers = static_cast<std::uint32_t>(1 + random() % 5);
    const CaseRecord record = make_case(producers, consumers, producers + random() % 300, GetParam());
    auto stream = random_merge(record, random);
    ASSERT_EQ(deliver(record, stream, random).outcome, Outcome::pass) << "merge " << i;
    if (i % 2 == 0) std::shuffle(stream.begin(), stream.end(), random);
    ASSERT_EQ(deliver(record, stream, random).outcome, Outcome::pass) << "shuffle " << i;

    const std::size_t at = random() % stream.size();
    auto lost = stream;
    lost.erase(lost.begin() + static_cast<std::ptrdiff_t>(at));
    ASSERT_EQ(deliver(record, lost, random).outcome, Outcome::fail) << "lost in " << i;

    auto doubled = stream;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(random() % (stream.size() + 1)), stream[at]);
    ASSERT_EQ(deliver(record, doubled, random).outcome, Outcome::fail) << "doubled in " << i;

    auto altered = stream;
    altered[at].second ^= std::uint64_t{1} << (random() % 64);
    ASSERT_EQ(deliver(record, altered, random).outcome, Outcome::fail) << "sequence altered in " << i;

    auto swapped = stream;
    swapped[at].first ^= 1U << (random() % 32);
    ASSERT_EQ(deliver(record, swapped, random).outcome, Outcome::fail) << "producer altered in " << i;
  }
}

}  // namespace
}  // namespace pcbench
