#include "run/external.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/file_descriptor.h"
#include "model/names.h"
#include "run/external_record.h"
#include "run/keeper.h"
#include "run/process_tree.h"
#include "run/sleep.h"
#include "run/watchdog.h"
#include "run/worker_entry.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kLookAtProgramNs = 20'000'000;
constexpr std::uint64_t kHangWindowNs = 1'000'000'000;

/// A file without a name that holds TEXT, to be read from its begin.
FileDescriptor nameless_file(std::string_view text) {
  FileDescriptor file(::memfd_create("pcbench-external", MFD_CLOEXEC));
  if (!file || ::pwrite(file.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    throw system_error("memfd_create");
  return file;
}

std::uint64_t size_of(const FileDescriptor& file) {
  struct stat status{};
  return ::fstat(file.get(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

/// The last BYTES of FILE at most.
std::string tail_of(const FileDescriptor& file, std::uint64_t bytes) {
  const std::uint64_t size = size_of(file);
  std::string text(std::min(size, bytes), '\0');
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), static_cast<off_t>(size - text.size()));
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return text;
}

/// Its last line on standard error that is not empty.
std::string last_words(const FileDescriptor& errors) {
  std::string text = tail_of(errors, 1000);
  text.erase(text.find_last_not_of(" \n\t\r") + 1);
  const std::string line = text.substr(text.rfind('\n') + 1);  // npos + 1 is 0
  return line.empty() ? "" : "; its last words: " + line;
}

/// Who of a program's processes is stuck, from a look some time before its time was over and one then.
class Looks {
 public:
  explicit Looks(pid_t keeper) noexcept : keeper_(keeper) {}

  void look_first() { before_ns_ = cpu_ns(); }
  void judge(RoundRecord& round) const {
    const std::vector<Descendant> all = descendants_of(keeper_);
    const auto named = [](const Descendant& process) { return process.name.starts_with("pcb-"); };
    const bool any_named = std::any_of(all.begin(), all.end(), named);
    bool stopped = false;
    for (const Descendant& process : all) {
      const char state = read_thread(static_cast<std::uint32_t>(process.pid)).state;
      stopped = stopped || state == 'T' || state == 't';
      if (any_named && !named(process)) continue;
      BlockedWorker worker;
      worker.worker = any_named ? process.name.substr(4) : process.name;
      worker.phase = name_of(worker.worker[0] == 'p' ? Phase::producing : Phase::consuming);
      worker.state = state_name(state);
      if (state != 'R') worker.waits_for = "something inside the program";
      round.blocked.push_back(std::move(worker));
    }
    std::sort(round.blocked.begin(), round.blocked.end(),
              [](const auto& a, const auto& b) { return a.worker > b.worker; });  // producers first
    // how far it has come, nobody but itself knows
    const bool busy = cpu_ns() > before_ns_ + kHangWindowNs / 20;
    round.hang = stopped ? HangKind::stopped : busy ? HangKind::slow : HangKind::deadlock;
  }

 private:
  [[nodiscard]] std::uint64_t cpu_ns() const {
    std::uint64_t sum = 0;
    for (const Descendant& process : descendants_of(keeper_))
      sum += read_thread(static_cast<std::uint32_t>(process.pid)).cpu_ns;
    return sum;
  }

  pid_t keeper_;
  std::uint64_t before_ns_ = 0;
};

/// Why what the program did is no record; empty: there may be one.
std::string why_failed(const KeptProgram& program, const FileDescriptor& output,
                       const FileDescriptor& errors) {
  if (std::max(size_of(output), size_of(errors)) > kRecordBytesMax)
    return fmt::format("it wrote more than {} MiB", kRecordBytesMax >> 20U);
  if (!program.ended) return "it did not end";
  if (WIFSIGNALED(program.status))
    return fmt::format("it was killed by signal {}{}", WTERMSIG(program.status), last_words(errors));
  if (WEXITSTATUS(program.status) != 0)
    return fmt::format("it exited with status {}{}", WEXITSTATUS(program.status), last_words(errors));
  if (program.left_behind != 0)
    return fmt::format("it left {} process{} behind ({})", program.left_behind,
                       program.left_behind == 1 ? "" : "es", program.left_behind_name.data());
  return {};
}

RoundResult unknown_round(const Setup& setup, RoundEnd end, std::string why) {
  RoundResult result;
  result.record.end = end;
  result.record.drain_missing = std::move(why);
  for (std::uint32_t id = 0; id < setup.spec.producers + setup.spec.consumers; ++id)
    result.record.workers.push_back(unknown_worker(setup.spec, id));
  return result;
}

/// Waits until the program and all of its are gone, or one of the reasons to end the round early holds.
RoundEnd await(Keeper& keeper, Looks& looks, const FileDescriptor& output, const FileDescriptor& errors,
               std::uint64_t timeout_ns, Signals& signals, Sleep& sleep, const RoundProgress& progress) {
  const std::uint64_t began_ns = now_ns();
  std::uint64_t limit_ns = began_ns + timeout_ns;
  bool looked = false;
  while (!keeper.ended()) {
    if (signals.interrupted()) return RoundEnd::interrupted;
    if (std::max(size_of(output), size_of(errors)) > kRecordBytesMax) return RoundEnd::worker_died;
    const std::uint64_t now = now_ns();
    if (now >= limit_ns) return RoundEnd::hung;
    if (!looked && now + kHangWindowNs >= limit_ns) {
      looks.look_first();
      looked = true;
    }
    progress(0, now - began_ns);
    limit_ns += sleep.until(std::min(now + kLookAtProgramNs, limit_ns));
  }
  return signals.interrupted() ? RoundEnd::interrupted : RoundEnd::completed;
}

}  // namespace

RoundResult run_external(const Setup& setup, std::uint64_t timeout_ns, Signals& signals,
                         const RoundProgress& progress) {
  const FileDescriptor input = nameless_file(external_case(setup, timeout_ns));
  const FileDescriptor output = nameless_file("");
  const FileDescriptor errors = nameless_file("");
  const std::vector<std::string> command = setup.transport->program(setup.spec);
  const std::uint64_t began_ns = now_ns();
  Keeper keeper(command, input.get(), output.get(), errors.get());
  Looks looks(keeper.pid());
  Sleep sleep(signals);
  const RoundEnd end = await(keeper, looks, output, errors, timeout_ns, signals, sleep, progress);
  RoundResult result = unknown_round(setup, end, "");
  if (end == RoundEnd::hung) looks.judge(result.record);
  keeper.end();
  const KeptProgram& program = keeper.program();
  if (program.exec_error != 0) {
    errno = program.exec_error;
    throw system_error(command.front(), "give a program that can be run here");
  }
  if (end == RoundEnd::interrupted) result.record.drain_missing = "the run was interrupted";
  else if (end == RoundEnd::hung)
    result.record.drain_missing = "the program did not end" + last_words(errors);
  else if (const std::string why = why_failed(program, output, errors); !why.empty())
    result = unknown_round(setup, RoundEnd::worker_died, why);
  else try {
      result = read_external_record(tail_of(output, kRecordBytesMax), setup, {began_ns, now_ns()});
    } catch (const Error& e) {
      result = unknown_round(setup, RoundEnd::worker_died, "its record is wrong: " + told(e));
    }
  result.effective.batch_messages = 1;
  result.record.held_up_ns = sleep.held_up_ns();
  return result;
}

}  // namespace pcbench
