#include "cli/monitor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>

#include "base/clock.h"
#include "cli/terminal.h"
#include "model/names.h"
#include "report/text.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kLineEveryNs = 10'000'000'000;
constexpr std::uint64_t kSaveEveryNs = 1'000'000'000;
constexpr std::uint64_t kSaveShare = 20;  // saving takes at most one part in so many of the time

}  // namespace

Progress::Progress(const Plan& plan, bool quiet)
    : quiet_(quiet),
      redraws_(!quiet && is_terminal(Stream::err)),
      width_(format_options(Stream::err, false).width),
      time_left_(plan),
      name_(plan.name),
      next_line_ns_(now_ns() + kLineEveryNs) {}

void Progress::show(const std::string& line) {
  std::fprintf(stderr, "\r\x1b[K%s", line.substr(0, width_ - 1).c_str());
}

void Progress::say(const std::string& line) {
  if (quiet_) return;
  clear();
  std::fprintf(stderr, "%s\n", line.c_str());
}

void Progress::clear() {
  if (redraws_) std::fputs("\r\x1b[K", stderr);
}

std::string Progress::position(const RunRecord& run) const {
  const char* bound = run.plan.rounds ? "" : "at most ";
  const std::string left = fmt::format("ETA {}{}", bound, human_s(time_left_.seconds(run)));
  if (!run.plan.rounds) return fmt::format("{} rounds, {}", time_left_.rounds_done(), left);
  return fmt::format("{}/{} rounds, {}", time_left_.rounds_done(), time_left_.rounds_in_all(), left);
}

void Progress::round_begins(const RunRecord& run, std::size_t case_index, bool warmup) {
  round_began_ns_ = now_ns();
  line_ = fmt::format("{}  {}{}", position(run), run.plan.cases[case_index].id, warmup ? " (warm-up)" : "");
  if (redraws_) show(line_);
}

void Progress::round_moves(std::uint64_t messages, std::uint64_t total) {
  if (!redraws_) return;
  if (total == 0)
    return show(fmt::format("{}  {} messages", line_, human_count(static_cast<double>(messages))));
  show(fmt::format("{}  {} %", line_, std::min<std::uint64_t>(messages * 100 / total, 100)));
}

void Progress::round_ended(const RunRecord& run, std::size_t case_index) {
  const std::uint64_t now = now_ns();
  time_left_.round_took(case_index, static_cast<double>(now - round_began_ns_) / 1e9);
  const CaseRecord& record = run.cases[case_index];
  if (record.stop_reason == "cannot_start") say(fmt::format("{}: could not be started", record.config.id));
  else if (!record.rounds.empty() && record.rounds.back().end != RoundEnd::completed) {
    const RoundRecord& round = record.rounds.back();
    say(fmt::format("{}: round {} {}{}", record.config.id, round.index, name_of(round.end),
                    round.hang == HangKind::none ? "" : fmt::format(" ({})", name_of(round.hang))));
  }
  if (redraws_ || now < next_line_ns_) return;
  say(fmt::format("{}: {}", name_, position(run)));
  next_line_ns_ = now + kLineEveryNs;
}

void Saver::save(const RunRecord& run, Assembler& assembler) noexcept {
  const std::uint64_t began_ns = now_ns();
  if (began_ns < next_ns_) return;
  try {
    const Report report = assembler.assemble(run);
    for (const ReportTarget& target : outputs_.files)
      if (is_replaceable(target.path)) write_report_file(report, *target.format, target.path);
  } catch (const std::exception&) {
    // Said when the whole report cannot be written either.
  }
  const std::uint64_t ended_ns = now_ns();
  next_ns_ = ended_ns + std::max(kSaveEveryNs, kSaveShare * (ended_ns - began_ns));
}

}  // namespace pcbench
