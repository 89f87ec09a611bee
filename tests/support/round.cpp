#include "support/round.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "model/names.h"
#include "run/setup.h"
#include "run/worker_entry.h"
#include "stop/registry.h"

namespace pcbench::test {
namespace {

/// What the last round was, for whoever reads why a test program ended; written with one system call.
std::array<char, 200> last_round{};

void tell_and_exit(int /*signal*/) {
  constexpr std::string_view kWhat = "\nthe test's deadline is over; the last round: ";
  [[maybe_unused]] ssize_t written = ::write(STDERR_FILENO, kWhat.data(), kWhat.size());
  written = ::write(STDERR_FILENO, last_round.data(), ::strnlen(last_round.data(), last_round.size()));
  ::_exit(1);
}

}  // namespace

Deadline::Deadline(unsigned seconds) noexcept {
  std::signal(SIGALRM, tell_and_exit);
  std::signal(SIGPIPE, SIG_IGN);  // as run/ does: a pipe's lost reader is a status, not a death
  ::alarm(seconds);
}
Deadline::~Deadline() { ::alarm(0); }

RoundSpec spec_of(const Case& config) {
  RoundSpec spec = make_setup(config, 20240229).spec;
  spec.sample_every = 64;
  if (spec.verify != Verify::history) spec.verify = config.duration_s ? Verify::online : Verify::exact;
  spec.integrity = Integrity::all;
  spec.oversubscribed = true;
  return spec;
}

std::string not_promised(const TransportRow& row, const Case& config) {
  const Promises& promises = row.promises;
  if (row.program != nullptr) return "a channel: a program plays its rounds, which tests/external has judged";
  if (!why_unavailable(row).empty()) return "availability";
  if (row.keeps_numbers) return "messages";
  if (promises.order == Order::none && config.stop == "pill") return "that no message is overtaken by a pill";
  if (promises.producers_max != 0 && config.producers > promises.producers_max) return "producers";
  if (promises.consumers_max != 0 && config.consumers > promises.consumers_max) return "consumers";
  if (config.payload_bytes > promises.payload_bytes_max) return "payload";
  if (config.capacity_slots.value_or(0) > promises.capacity_slots_max) return "capacity";
  if (config.workers == WorkerKind::thread && !promises.threads) return "threads";
  if (config.workers == WorkerKind::process && !promises.processes) return "processes";
  return row.refuse(config);
}

Round::Round(const RoundSpec& spec)
    : spec_(spec),
      memory_(SharedRegion::create(Control::bytes_for(spec))),
      control_(Control::format(memory_.data(), spec)),
      channel_(find_transport(spec.transport.view())->create(spec)),
      effective_(channel_->effective()) {
  const auto end = fmt::format_to_n(last_round.data(), last_round.size() - 1,
                                    "{} {}x{} {} {} batch {} payload {} capacity {}\n", spec.transport.view(),
                                    spec.producers, spec.consumers, spec.stop.view(), name_of(spec.wait),
                                    spec.batch_messages, spec.payload_bytes, spec.capacity_slots);
  *end.out = '\0';
}

void Round::work(std::uint32_t worker_id, const std::function<void()>& before_gate) {
  Task task(control_, worker_id);
  const auto at_gate = [&] {
    before_gate();
    control_.gate().arrive_and_wait();
    task.slot().begin_at_ns = now_ns();
  };
  const StopRow& stop = *find_stop(spec_.stop.view());
  if (worker_id < spec_.producers) {
    channel_->produce(task, stop, at_gate);
  } else {
    const auto consumer = stop.consumer({spec_, control_.stop(), task.slot(), worker_id});
    channel_->consume(task, *consumer, at_gate);
  }
  task.slot().end_at_ns = now_ns();
}

void Round::open_gate() {
  control_.gate().await(control_.worker_count());
  channel_->drop_ends(Keep::consumer_ends);
  control_.gate().open();
}

void Round::drain() {
  if (spec_.workers == WorkerKind::thread) {
    run_drain(*channel_, control_);
  } else {  // in a process of its own, as run/ does: what a library does in this one, the next fork inherits
    const pid_t pid = ::fork();
    if (pid == 0) {
      run_drain(*channel_, control_);
      ::_exit(0);
    }
    ::waitpid(pid, nullptr, 0);
  }
  const WorkerSlot& slot = control_.slot(control_.drain_id());
  if (slot.error[0] != '\0') failure_ += fmt::format("the drain: {}; ", slot.error.data());
}

void Round::run_threads() {
  std::vector<std::thread> workers;
  for (std::uint32_t id = 0; id < control_.worker_count(); ++id)
    workers.emplace_back([this, id] { work(id, [] {}); });
  open_gate();
  for (std::thread& worker : workers) worker.join();
  drain();
}

Round Round::with_threads(const RoundSpec& spec) {
  Round round(spec);
  if (!spec.transport.view().starts_with("nng_")) {
    round.run_threads();
    return round;
  }
  // In a process of their own, as run/ has them: nng is of no use to one whose parent has used it, and the
  // next test forks.
  const pid_t host = ::fork();
  if (host == 0) {
    ::alarm(20);  // not inherited; nobody may outlive the test
    round.run_threads();
    ::_exit(round.failure_.empty() ? 0 : 1);
  }
  int status = 0;
  if (::waitpid(host, &status, 0) != host || status != 0)
    round.failure_ += fmt::format("the host of the threads ended with status {}; ", status);
  return round;
}

Round Round::with_processes(const RoundSpec& spec) {
  Round round(spec);
  std::vector<pid_t> workers;
  for (std::uint32_t id = 0; id < round.control_.worker_count(); ++id) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::alarm(20);  // not inherited; nobody may outlive the test
      round.work(id, [&round] { round.channel_->drop_ends(Keep::nothing); });
      ::_exit(0);
    }
    workers.push_back(pid);
  }
  round.open_gate();
  for (const pid_t pid : workers) {
    int status = 0;
    if (::waitpid(pid, &status, 0) != pid || status != 0)
      round.failure_ += fmt::format("worker {} ended with status {}; ", pid, status);
  }
  round.drain();
  return round;
}

std::uint64_t Round::sent() const {
  std::uint64_t sum = 0;
  for (std::uint32_t p = 0; p < spec_.producers; ++p) sum += control_.slot(p).messages;
  return sum;
}

std::uint64_t Round::received() const {
  std::uint64_t sum = 0;
  for (std::uint32_t c = 0; c < spec_.consumers; ++c) sum += control_.slot(spec_.producers + c).messages;
  return sum;
}

std::uint64_t Round::findings(Finding kind) const {
  std::uint64_t sum = 0;
  for (std::uint32_t id = spec_.producers; id <= control_.drain_id(); ++id)
    sum += control_.slot(id).findings[static_cast<std::size_t>(kind)];
  return sum;
}

std::uint64_t Round::left_inside() const {
  return control_.slot(control_.drain_id()).messages + control_.slot(control_.drain_id()).pills;
}

std::string Round::complaint(Order promised) const {
  std::string text = failure_;
  for (std::uint32_t id = 0; id < control_.worker_count(); ++id) {
    if (control_.slot(id).end_at_ns == 0) text += fmt::format("worker {} never ended; ", id);
    if (control_.slot(id).error[0] != '\0')
      text += fmt::format("worker {}: {}; ", id, control_.slot(id).error.data());
  }
  if (sent() != received()) text += fmt::format("sent {} but received {}; ", sent(), received());
  if (spec_.duration_ns == 0 && sent() != spec_.messages)
    text += fmt::format("sent {} of {}; ", sent(), spec_.messages);
  if (left_inside() != 0) text += fmt::format("{} left inside; ", left_inside());
  for (std::size_t kind = 0; kind < kFindingKinds; ++kind) {
    if (promised == Order::none && static_cast<Finding>(kind) == Finding::reordered) continue;
    if (const std::uint64_t n = findings(static_cast<Finding>(kind)); n != 0)
      text += fmt::format("{} findings of kind {}; ", n, kind);
  }
  for (std::uint32_t p = 0; p < spec_.producers; ++p) {
    std::uint64_t count = 0;
    std::uint64_t sum = 0;
    for (std::uint32_t c = 0; c <= spec_.consumers; ++c) {
      count += control_.tallies(c)[p].count;
      sum += control_.tallies(c)[p].sum;
    }
    const std::uint64_t share = control_.slot(p).messages;
    if (count != share || sum != run_sum(producer_key(spec_.seed, p), 0, share))
      text += fmt::format("producer {}: {} of {} popped, sum {}; ", p, count, share,
                          sum == run_sum(producer_key(spec_.seed, p), 0, share) ? "right" : "wrong");
  }
  return text;
}

}  // namespace pcbench::test
