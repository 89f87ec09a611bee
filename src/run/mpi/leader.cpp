#include "run/mpi/leader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "base/error.h"
#include "base/futex.h"
#include "base/shared_region.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kAliveEveryNs = 1'000'000'000;
constexpr int kExchangesMax = 200;
constexpr int kExchangesMin = 8;
constexpr std::uint64_t kAllExchangesNs = 1'000'000'000;  // of all ranks
constexpr std::uint64_t kExchangesNs = 100'000'000;  // of a far rank fewer, but no less than kExchangesMin

/// The region of a round, of which the supervisor holds DESCRIPTOR.
SharedRegion region_of(std::int32_t supervisor_pid, std::int32_t descriptor) {
  const std::string path = "/proc/" + std::to_string(supervisor_pid) + "/fd/" + std::to_string(descriptor);
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file) throw system_error("opening " + path);
  return SharedRegion::attach(std::move(file));
}

/// Each consumer's rank had a drain: together they are one.
void add_drain(const WorkerSlot& more, const std::vector<Tally>& more_tallies, WorkerSlot& drain,
               std::span<Tally> tallies) {
  drain.messages += more.messages;
  drain.pills += more.pills;
  drain.end_at_ns = more.end_at_ns == 0 ? 0 : drain.end_at_ns;  // 0: that one did not come to its end
  if (more.error[0] != '\0') drain.error = more.error;
  for (std::size_t kind = 0; kind < kFindingKinds; ++kind) {
    if (more.findings[kind] != 0) drain.first[kind] = more.first[kind];
    drain.findings[kind] += more.findings[kind];
  }
  for (std::size_t p = 0; p < more_tallies.size(); ++p) {
    tallies[p].count += more_tallies[p].count;
    tallies[p].sum += more_tallies[p].sum;
    tallies[p].next_sequence = std::max(tallies[p].next_sequence, more_tallies[p].next_sequence);
    tallies[p].end_sequence = std::max(tallies[p].end_sequence, more_tallies[p].end_sequence);
  }
}

}  // namespace

void Leader::run() {
  for (int number = 1;; ++number) {
    std::int32_t asked = 0;
    while ((asked = board_.rounds_asked.load(std::memory_order_acquire)) >= 0 && asked < number)
      step(true);  // M2
    if (asked < 0) break;
    const SharedRegion region = region_of(board_.supervisor_pid, board_.control_descriptor);
    lead(number, Control::attach(region.data(), region.size()));
    control_ = nullptr;
    board_.rounds_played.store(number, std::memory_order_release);  // M3 → M4: all evidence
  }
  const MpiOrder none{};
  for (int rank = 1; rank <= workers_; ++rank) mpi_send(communicator_, rank, MpiTag::order, &none, 1);
}

void Leader::lead(int number, const Control& control) {
  const RoundSpec& spec = control.spec();
  const std::uint32_t workers = control.worker_count();
  control_ = &control;
  ready_ = done_ = evidence_ = 0;
  drained_ = false;
  sent_.assign(workers, {});
  const MpiOrder order{number, spec};
  for (int rank = 1; rank <= workers_; ++rank) mpi_send(communicator_, rank, MpiTag::order, &order, 1);

  const std::vector<Reading> before = compare_clocks(workers);
  std::vector<std::int64_t> offsets;
  for (const Reading& reading : before) offsets.push_back(reading.offset_ns);
  for (std::uint32_t id = 0; id < workers; ++id)
    mpi_send(communicator_, mpi_wire::rank_of(id), MpiTag::offsets, offsets.data(), offsets.size());

  while (ready_ < workers) step(true);
  control.gate().ready.fetch_add(workers, std::memory_order_release);  // G3 → G4: what the ranks set up
  futex_wake(control.gate().ready);
  while (control.gate().opened.load(std::memory_order_acquire) == 0) step(true);  // G2
  all(workers, MpiTag::go);
  while (done_ < workers) step(true);
  send_totals(spec);
  while (evidence_ < workers) step(true);

  const std::vector<Reading> after = compare_clocks(workers);
  all(workers, MpiTag::enough);
  for (std::uint32_t id = 0; id < workers; ++id) {
    const std::uint64_t drift =
        static_cast<std::uint64_t>(std::abs(after[id].offset_ns - before[id].offset_ns));
    // relaxed, both: M3 shows them
    board_.offset_ns[id].store(before[id].offset_ns, std::memory_order_relaxed);
    board_.uncertainty_ns[id].store(std::max(before[id].uncertainty_ns, after[id].uncertainty_ns) + drift,
                                    std::memory_order_relaxed);
  }
}

void Leader::step(bool may_nap) {
  if (board_.stands_still.load(std::memory_order_relaxed) != 0) ::_exit(1);  // relaxed: nothing hangs on it
  if (const std::uint64_t now = now_ns(); now - told_ns_ > kAliveEveryNs) {
    for (int rank = 1; rank <= workers_; ++rank) mpi_send(communicator_, rank, MpiTag::alive);
    told_ns_ = now;
  }
  MPI_Status status;
  if (mpi_there(communicator_, MPI_ANY_SOURCE, MPI_ANY_TAG, status)) take(status);
  else if (may_nap) mpi_wire::park(UINT64_MAX);
}

void Leader::take(const MPI_Status& status) {
  const std::vector<std::byte> bytes = mpi_take(communicator_, status);
  const auto worker_id = static_cast<std::uint32_t>(status.MPI_SOURCE) - 1;
  board_.heard_ns[worker_id].store(now_ns(), std::memory_order_relaxed);  // relaxed: heartbeat
  switch (static_cast<MpiTag>(status.MPI_TAG)) {
    case MpiTag::pong:
      pong_ns_ = values_of<std::uint64_t>(bytes).front();
      return;
    case MpiTag::ready:
      ++ready_;
      return;
    case MpiTag::beat:
      if (control_ != nullptr)
        std::memcpy(static_cast<void*>(&control_->slot(worker_id)), bytes.data(), bytes.size());
      return;
    case MpiTag::done:
      sent_[worker_id] = values_of<std::uint64_t>(bytes);
      ++done_;
      return;
    case MpiTag::evidence:
      return take_evidence(worker_id, bytes);
    default:
      throw Error("a rank said what a leader does not expect");
  }
}

void Leader::take_evidence(std::uint32_t worker_id, const std::vector<std::byte>& bytes) {
  const RoundSpec& spec = control_->spec();
  const auto tallies = control_->tallies(spec.consumers);
  const std::vector<Tally> before(tallies.begin(), tallies.end());
  WorkerSlot& drain = control_->slot(control_->drain_id());
  alignas(WorkerSlot) std::array<std::byte, sizeof(WorkerSlot)> drain_before;
  std::memcpy(drain_before.data(), static_cast<const void*>(&drain), drain_before.size());
  const std::byte* from = bytes.data();
  for (const auto part : evidence_of(*control_, worker_id)) {
    std::memcpy(part.data(), from, part.size());
    from += part.size();
  }
  ++evidence_;
  if (worker_id >= spec.producers && std::exchange(drained_, true))
    add_drain(*reinterpret_cast<const WorkerSlot*>(drain_before.data()), before, drain, tallies);
  if (done_ < control_->worker_count()) ::_exit(1);  // it gave up, and its slot says why
}

// Cristian, "Probabilistic clock synchronization" (1989): what a clock said in an exchange was true between
// its two ends, so that the shortest exchange tells most, and is wrong by half its length at most.
Leader::Reading Leader::compare_clock(int rank) {
  Reading best{0, UINT64_MAX};
  const std::uint64_t limit =
      now_ns() + std::min(kExchangesNs, kAllExchangesNs / static_cast<std::uint64_t>(workers_));
  for (int i = 0; i < kExchangesMax && (i < kExchangesMin || now_ns() < limit); ++i) {
    pong_ns_ = 0;
    const std::uint64_t asked = now_ns();
    mpi_send(communicator_, rank, MpiTag::ping);
    while (pong_ns_ == 0) step(false);
    const std::uint64_t half = (now_ns() - asked + 1) / 2;
    if (half < best.uncertainty_ns) best = {static_cast<std::int64_t>(pong_ns_ - asked - half), half};
  }
  return best;
}

std::vector<Leader::Reading> Leader::compare_clocks(std::uint32_t workers) {
  std::vector<Reading> readings;
  for (std::uint32_t id = 0; id < workers; ++id) readings.push_back(compare_clock(mpi_wire::rank_of(id)));
  return readings;
}

void Leader::send_totals(const RoundSpec& spec) {
  for (std::uint32_t id = 0; id < spec.producers + spec.consumers; ++id) {
    std::vector<std::uint64_t> totals;
    if (id >= spec.producers)
      for (std::uint32_t p = 0; p < spec.producers; ++p) totals.push_back(sent_[p][id - spec.producers]);
    mpi_send(communicator_, mpi_wire::rank_of(id), MpiTag::totals, totals.data(), totals.size());
  }
}

void Leader::all(std::uint32_t workers, MpiTag tag) {
  for (std::uint32_t id = 0; id < workers; ++id) mpi_send(communicator_, mpi_wire::rank_of(id), tag);
}

}  // namespace pcbench
