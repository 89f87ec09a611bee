// HdrHistogram's percentile text, for its plotter: service times, of open loads response times, of ping_pong
// round trips, in us. A plotter reads one histogram a file; of several cases each begins with its own header
// line.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/histogram.h"
#include "report/writers.h"

namespace pcbench {
namespace {

constexpr double kNsPerUs = 1000;
constexpr double kTicksPerHalfDistance = 5;

/// The largest value that BUCKET's counts may stand for.
double highest_us(const std::pair<std::uint64_t, std::uint64_t>& bucket) {
  const std::uint32_t next = bucket_of(bucket.first) + 1;
  return static_cast<double>(next < kBucketCount ? bucket_lower_ns(next) - 1 : bucket.first) / kNsPerUs;
}

double middle_us(const std::pair<std::uint64_t, std::uint64_t>& bucket) {
  return (static_cast<double>(bucket.first) / kNsPerUs + highest_us(bucket)) / 2;
}

/// Percentiles as HdrHistogram steps through them: five in every halving of what is left to 100.
void write_percentiles(const Histogram& histogram, std::ostream& out) {
  const auto total = static_cast<double>(histogram.count);
  double percentile = 0;
  std::uint64_t seen = 0;
  for (const auto& bucket : histogram.buckets) {
    seen += bucket.second;
    const double reached = 100 * static_cast<double>(seen) / total;
    while (percentile <= reached && percentile < 100) {
      out << fmt::format("{:12.3f} {:14.12f} {:10d} {:14.2f}\n", highest_us(bucket), percentile / 100, seen,
                         1 / (1 - percentile / 100));
      if (seen == histogram.count) break;
      const double halvings = std::floor(std::log2(100 / (100 - percentile))) + 1;
      percentile += 100 / (kTicksPerHalfDistance * std::exp2(halvings));
    }
  }
  out << fmt::format("{:12.3f} {:14.12f} {:10d}\n", highest_us(histogram.buckets.back()), 1.0,
                     histogram.count);
}

void write_footer(const Histogram& histogram, std::ostream& out) {
  const auto total = static_cast<double>(histogram.count);
  double mean = 0, squares = 0;
  for (const auto& bucket : histogram.buckets)
    mean += middle_us(bucket) * static_cast<double>(bucket.second) / total;
  for (const auto& bucket : histogram.buckets)
    squares += std::pow(middle_us(bucket) - mean, 2) * static_cast<double>(bucket.second) / total;
  out << fmt::format("#[Mean    = {:12.3f}, StdDeviation   = {:12.3f}]\n", mean, std::sqrt(squares));
  out << fmt::format("#[Max     = {:12.3f}, Total count    = {:12d}]\n", highest_us(histogram.buckets.back()),
                     histogram.count);
  out << fmt::format("#[Buckets = {:12d}, SubBuckets     = {:12d}]\n", kBucketMaxBits - kBucketSubBits + 1,
                     1U << kBucketSubBits);
}

}  // namespace

void write_hgrm(const Report& report, const FormatOptions& /*options*/, std::ostream& out) {
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    const Case& config = report.record.cases[i].config;
    const bool open = config.load.mode == LoadMode::open;
    const Summary& summary = report.cases[i].summary;
    const bool trips = config.workload == Workload::ping_pong;
    const Histogram& histogram = trips  ? summary.round_trip_ns
                                 : open ? summary.response_ns
                                        : summary.service_ns;
    const std::string& id = config.id;
    const bool failed = report.cases[i].outcome == Outcome::fail;
    if (histogram.count == 0 || failed) {
      out << fmt::format("#[Case    = {}: no {} times, {}]\n", id,
                         trips  ? "round trip"
                         : open ? "response"
                                : "service",
                         failed                                   ? "as it failed"
                         : trips || summary.service_ns.count == 0 ? "as none were taken (\"latency\")"
                                                                  : "as the generator of every round lagged");
      continue;
    }
    if (report.cases.size() > 1) out << fmt::format("#[Case    = {}]\n", id);
    out << fmt::format("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount",
                       "1/(1-Percentile)");
    write_percentiles(histogram, out);
    write_footer(histogram, out);
  }
}

}  // namespace pcbench
