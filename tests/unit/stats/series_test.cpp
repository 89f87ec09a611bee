#include "stats/series.h"

#include <gtest/gtest.h>

namespace pcbench {
namespace {

History history_of(std::vector<Operation> operations) {
  History history;
  history.workers = {"p0", "c0"};
  history.operations = std::move(operations);
  return history;
}

Operation moved(OperationKind kind, std::uint64_t sequence, std::uint64_t from_ns, std::uint64_t to_ns) {
  return {from_ns,
          to_ns,
          sequence,
          0,
          kind == OperationKind::pop ? std::uint16_t{1} : std::uint16_t{0},
          kind,
          OperationStatus::ok};
}

TEST(Series, counts_pushes_where_they_begin_and_pops_where_they_end) {
  const auto series = series_of(
      {}, history_of({moved(OperationKind::push, 0, 50, 260), moved(OperationKind::push, 1, 260, 270),
                      moved(OperationKind::pop, 0, 100, 250), moved(OperationKind::pop, 1, 260, 999)}));
  ASSERT_TRUE(series);
  EXPECT_EQ(series->bucket_ns, 10U);
  ASSERT_EQ(series->pushed.size(), 100U);
  EXPECT_EQ(series->pushed[5], 1U);
  EXPECT_EQ(series->pushed[26], 1U);
  EXPECT_EQ(series->popped[25], 1U);
  EXPECT_EQ(series->popped[99], 1U);
}

TEST(Series, what_moved_no_message_does_not_count) {
  Operation full = moved(OperationKind::push, 0, 5, 7);
  full.status = OperationStatus::full;
  const auto series = series_of({}, history_of({full, moved(OperationKind::push, 0, 8, 9)}));
  ASSERT_TRUE(series);
  EXPECT_EQ(series->pushed, (std::vector<std::uint64_t>{0, 0, 0, 0, 0, 0, 0, 0, 1, 0}));
}

TEST(Series, a_history_with_gaps_tells_nothing) {
  History history = history_of({moved(OperationKind::push, 0, 1, 2)});
  EXPECT_TRUE(series_of({}, history));
  history.truncated = true;
  EXPECT_FALSE(series_of({}, history));
  EXPECT_FALSE(series_of({}, history_of({})));
}

}  // namespace
}  // namespace pcbench
