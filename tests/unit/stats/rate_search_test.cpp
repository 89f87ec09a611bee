#include "stats/rate_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace pcbench {
namespace {

struct Trace {
  std::vector<double> tried;
  std::optional<double> found;
};

Trace search(double start, const std::function<bool(double rate, std::size_t tries)>& keeps) {
  RateSearch search(start, start / 1e6);
  Trace outcome;
  while (search.next()) {
    outcome.tried.push_back(*search.next());
    search.add(keeps(outcome.tried.back(), outcome.tried.size()));
  }
  outcome.found = search.found();
  return outcome;
}

TEST(RateSearch, finds_the_highest_rate_wherever_it_begins) {
  constexpr double kLimit = 123'456;
  for (const double start : {1e3, 123'456.0, 1e7, 1e9}) {
    const Trace outcome = search(start, [](double rate, std::size_t) { return rate <= kLimit; });
    ASSERT_TRUE(outcome.found) << start;
    EXPECT_LE(*outcome.found, kLimit);
    EXPECT_GE(*outcome.found * RateSearch::kBracketRatio, kLimit);
    EXPECT_LE(outcome.tried.size(), 40U);
  }
}

TEST(RateSearch, tries_the_rate_it_found_once_more) {
  const Trace outcome = search(1000, [](double rate, std::size_t) { return rate <= 5000; });
  ASSERT_TRUE(outcome.found);
  EXPECT_EQ(outcome.tried.back(), *outcome.found);
  EXPECT_EQ(std::count(outcome.tried.begin(), outcome.tried.end(), *outcome.found), 2);
}

TEST(RateSearch, steps_back_from_a_rate_that_was_kept_by_luck) {
  bool confirming = false;
  RateSearch search(1000, 1);
  std::vector<double> confirmed;
  while (search.next()) {
    confirming = search.confirming();
    const double rate = *search.next();
    if (confirming) confirmed.push_back(rate);
    search.add(confirming ? rate <= 800 : rate <= 1000);
  }
  ASSERT_GE(confirmed.size(), 2U);
  EXPECT_LT(confirmed.back(), confirmed.front());
  ASSERT_TRUE(search.found());
  EXPECT_LE(*search.found(), 800);
  EXPECT_EQ(std::count(confirmed.begin(), confirmed.end(), *search.found()), 2);
}

TEST(RateSearch, ends_without_a_rate_where_none_keeps_it_or_none_does_so_twice) {
  EXPECT_FALSE(search(1e6, [](double, std::size_t) { return false; }).found);
  const Trace never_twice =
      search(1e6, [](double rate, std::size_t tries) { return tries == 1 && rate > 0; });
  EXPECT_FALSE(never_twice.found);
  EXPECT_LE(never_twice.tried.size(), 20U);
}

TEST(RateSearch, tries_no_rate_below_the_least) {
  RateSearch search(1000, 300);
  double least = 1000;
  while (search.next()) {
    least = std::min(least, *search.next());
    search.add(false);
  }
  EXPECT_EQ(least, 300);
}

TEST(RateSearch, goes_no_further_than_the_highest_rate_there_is) {
  const Trace outcome = search(1e6, [](double, std::size_t) { return true; });
  EXPECT_EQ(outcome.found, RateSearch::kRateMax);
}

}  // namespace
}  // namespace pcbench
