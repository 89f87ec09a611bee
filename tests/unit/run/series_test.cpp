#include "run/series.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/shared_region.h"
#include "model/histogram.h"
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

TEST_F(SeriesOfTwo, tells_how_much_memory_its_workers_have) {
  control_.slot(0).thread_id = static_cast<std::uint32_t>(::getpid());
  Series series(control_, 10);
  series.tick(1000);
  EXPECT_GT(series.points(0)[0].resident_bytes, 1'000'000U);
}

TEST(TimedSeries, has_the_p99_of_what_was_timed_since_the_point_before) {
  RoundSpec spec{};
  spec.producers = 1;
  spec.consumers = 2;
  spec.messages = 1;
  spec.sample_every = 1;
  const SharedRegion memory = SharedRegion::create(Control::bytes_for(spec));
  const Control control = Control::format(memory.data(), spec);
  const auto timed = [&](std::uint32_t consumer, std::uint64_t ns, std::uint64_t times) {
    control.histogram(consumer)[bucket_of(ns)] += times;
  };
  Series series(control, 10);
  timed(0, 100, 1000);
  timed(1, 200, 960);
  timed(1, 300, 20);
  timed(0, 400, 20);
  series.tick(1000);
  timed(0, 400, 1999);  // too few: their tail would be of 19
  series.tick(2000);
  timed(0, 50, 1980);
  timed(1, 7000, 20);
  series.tick(3000);
  const std::vector<SeriesPoint> points = series.points(0);
  EXPECT_EQ(points[0].service_ns_p99, 300.0);
  EXPECT_EQ(points[1].service_ns_p99, std::nullopt);
  EXPECT_EQ(points[2].service_ns_p99, 50.0);
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
