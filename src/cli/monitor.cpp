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
constexpr std::uint64_t kDrawEveryNs = 100'000'000;  // rounds are shorter than an eye can follow
constexpr std::uint64_t kSaveEveryNs = 1'000'000'000;
constexpr std::uint64_t kSaveShare = 20;  // saving takes at most one part in so many of the time

/// The median rate of the rounds that were completed so far, "4.21 M msg/s"; empty: there is none.
std::string rate_so_far(const CaseRecord& record) {
  std::vector<double> rates;
  for (const RoundRecord& round : record.rounds) {
    if (round.end != RoundEnd::completed || round.elapsed_ns == 0) continue;
    std::uint64_t popped = 0;
    for (const WorkerRecord& worker : round.workers)
      if (worker.role == Role::consumer) popped += worker.messages;
    rates.push_back(1e9 * static_cast<double>(popped) / static_cast<double>(round.elapsed_ns));
  }
  if (rates.empty()) return {};
  const auto middle = rates.begin() + static_cast<std::ptrdiff_t>(rates.size() / 2);
  std::nth_element(rates.begin(), middle, rates.end());
  return value_text(*middle, "msg/s");
}

/// ID in at most WIDTH columns, its end left out.
std::string shortened(const std::string& id, std::size_t width) {
  if (id.size() <= width) return id;
  return width < 3 ? std::string() : id.substr(0, width - 2) + "..";
}

}  // namespace

std::string live_line(const std::string& position, const std::string& case_id, const std::string& state,
                      std::size_t width) {
  const std::size_t taken = position.size() + state.size() + 4;
  const std::string id = shortened(case_id, width > taken ? width - taken : 0);
  return fmt::format("{}  {}  {}", position, id, state).substr(0, width);
}

Progress::Progress(const RunRecord& past, bool quiet)
    : quiet_(quiet),
      redraws_(!quiet && is_terminal(Stream::err)),
      time_left_(past.plan),
      name_(past.plan.name),
      next_line_ns_(now_ns() + kLineEveryNs) {
  for (std::size_t i = 0; i < past.plan.cases.size(); ++i)
    for (const CaseRecord& record : past.cases)
      if (record.config.id == past.plan.cases[i].id)
        for (const RoundRecord& round : record.rounds)
          time_left_.round_took(i, static_cast<double>(round.elapsed_ns) / 1e9);
}

void Progress::show(const std::string& more) {
  next_draw_ns_ = now_ns() + kDrawEveryNs;
  const std::size_t columns = format_options(Stream::err, false).width - 1;  // the last one may wrap
  std::fprintf(stderr, "\r\x1b[K%s", live_line(position_, case_id_, state_ + more, columns).c_str());
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
  if (!redraws_) return;
  const CaseRecord& record = run.cases[case_index];
  position_ = position(run);
  case_id_ = run.plan.cases[case_index].id;
  state_ = warmup ? "warm-up" : fmt::format("round {}", record.rounds.size() + 1);
  if (!warmup && run.plan.rounds) state_ += fmt::format("/{}", *run.plan.rounds);
  if (const std::string rate = rate_so_far(record); !rate.empty()) state_ += ", " + rate;
  if (round_began_ns_ >= next_draw_ns_) show();
}

void Progress::round_moves(std::uint64_t messages, std::uint64_t total) {
  if (!redraws_) return;
  if (total == 0) return show(fmt::format(", {} messages", human_count(static_cast<double>(messages))));
  show(fmt::format(", {} %", std::min<std::uint64_t>(messages * 100 / total, 100)));
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
