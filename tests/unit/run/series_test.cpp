#include "run/series.h"

#include <gtest/gtest.h>

#include "base/shared_region.h"
#include "stage.h"

namespace pcbench {
namespace {

class SeriesOfTwo : public testing::Test {
 protected:
  static RoundSpec spec() {
    RoundSpec spec{};
    spec.producers = spec.consumers = 1;
    return spec;
  }
  void heartbeat(std::uint64_t sent, std::uint64_t received) {
    control_.slot(0).progress = sent;
    control_.slot(1).progress = received;
  }
  SharedRegion memory_ = SharedRegion::create(Control::bytes_for(spec()));
  Control control_ = Control::format(memory_.data(), spec());
};

TEST_F(SeriesOfTwo, takes_what_the_heartbeats_tell_at_its_own_pace) {
  Series series(control_, 10);
  heartbeat(300, 100);
  series.tick(1000);
  heartbeat(900, 800);
  series.tick(1005);  // not due
  series.tick(1012);
  EXPECT_EQ(series.next_ns(), 1022U);
  const std::vector<SeriesPoint> points = series.points(990);
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].time_ns, 10U);
  EXPECT_EQ(points[0].sent, 300U);
  EXPECT_EQ(points[0].received, 100U);
  EXPECT_EQ(points[1].time_ns, 22U);
  EXPECT_EQ(points[1].received, 800U);
}

TEST_F(SeriesOfTwo, is_empty_where_none_was_asked_for) {
  Series series(control_, 0);
  series.tick(1000);
  EXPECT_EQ(series.next_ns(), UINT64_MAX);
  EXPECT_TRUE(series.points(0).empty());
}

TEST_F(SeriesOfTwo, of_a_long_round_is_thinned_out_but_covers_it) {
  Series series(control_, 1);
  for (std::uint64_t t = 1; t <= 100'000; ++t) series.tick(t);
  const std::vector<SeriesPoint> points = series.points(0);
  EXPECT_LT(points.size(), 16'384U);
  EXPECT_EQ(points.front().time_ns, 1U);
  EXPECT_GE(points.back().time_ns, 99'900U);
}

}  // namespace
}  // namespace pcbench
