// Whatever a file says, the readers of stored reports (`compare` and its kin, `report --html`) give a result
// that can be, or an Error with words in it. They read files, so each input is one, without a name.
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "compare/compare_reports.h"
#include "compare/report_reader.h"
#include "fuzz.h"
#include "report/html.h"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

/// A path under which INPUT can be read as long as the descriptor is open.
std::string path_of(std::string_view input, const pcbench::FileDescriptor& file) {
  const auto* at = input.data();
  for (std::size_t left = input.size(); left != 0;) {
    const ssize_t written = ::write(file.get(), at, left);
    require(written > 0, "there is no memory for the input");
    at += written;
    left -= static_cast<std::size_t>(written);
  }
  return "/proc/self/fd/" + std::to_string(file.get());
}

template <class Read>
void answers(Read&& read) {
  try {
    read();
  } catch (const pcbench::Error& error) {
    require(!error.message.empty(), "an error without words");
  }
}

void require_sane(const pcbench::StoredReport& report) {
  for (const pcbench::StoredCase& one : report.cases)
    for (const pcbench::StoredMetric& metric : one.metrics)
      for (const double sample : metric.samples) require(std::isfinite(sample), "a sample that is no number");
}

}  // namespace

void pcbench::test::read_hostile(std::string_view input) {
  const FileDescriptor file(::memfd_create("pcbench-fuzz", MFD_CLOEXEC));
  const std::string path = path_of(input, file);
  answers([&] {
    const StoredReport report = read_report(path);
    require_sane(report);
    static_cast<void>(obstacles(report, report));
    for (const Comparison& comparison : compare_reports(report, {report}, {"throughput_msgs_per_s"}, {}))
      for (const Claim& claim : comparison.claims)
        require(claim.verdict != GateVerdict::regression, "a report is worse than itself");
  });
  answers([&] { require(!html_page({path}).empty(), "an empty page"); });
}
