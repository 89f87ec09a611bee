#include "run/collect_history.h"

#include <algorithm>

#include "base/clock.h"
#include "run/worker_entry.h"

namespace pcbench {
namespace {

HistoryPromises promises_of(const Setup& setup, const Effective& effective, const RoundRecord& round) {
  const Promises& promises = setup.transport->promises;
  HistoryPromises history;
  history.order = promises.order;
  history.lossless = promises.lossless && round.end == RoundEnd::completed && round.drain.has_value();
  history.empty_exact = promises.empty == Exactness::exact;
  history.full_exact = promises.full == Exactness::exact;
  const bool counts_slots =
      promises.capacity == CapacityRule::any || promises.capacity == CapacityRule::power_of_two;
  if (counts_slots && effective.capacity_slots != 0) history.capacity_slots = effective.capacity_slots;
  // What is delivered again comes late: until then it is inside, and not to be had.
  history.at_least_once = promises.at_least_once &&
                          std::any_of(round.workers.begin(), round.workers.end(), [&](const auto& worker) {
                            return may_be_redelivered(*setup.config, worker);
                          });
  if (!history.at_least_once) return history;
  history.order = Order::none;
  history.empty_exact = false;
  return history;
}

/// An envelope that a broken transport made up may say anything; a history's integers have a limit.
Operation relative(Operation op, std::uint64_t start_ns) noexcept {
  op.invoked_ns = since(op.invoked_ns, start_ns);
  op.returned_ns = since(op.returned_ns, start_ns);
  op.sequence = std::min<std::uint64_t>(op.sequence, INT64_MAX);
  if (op.kind == OperationKind::pop && op.status == OperationStatus::ok)
    op.producer = std::min(op.producer, kNoProducer - 1);
  return op;
}

/// Whether NEWEST is of the call that HEADER shows as under way: its worker died when all but that word was
/// written. By the time the call began; one that took no time at all may be another's, then it is not.
bool is_of_open_call(const Operation& newest, const LogHeader& header) noexcept {
  return newest.invoked_ns == header.open_invoked_ns && newest.returned_ns > newest.invoked_ns;
}

/// The call that a dead worker was in, as one pending operation a message. What was a record already when its
/// worker died is not repeated.
void add_pending(const LogHeader& header, std::span<const Operation> records, Operation op,
                 std::uint64_t start_ns, std::vector<Operation>& operations) {
  const std::uint32_t open = header.open.load(std::memory_order_acquire);  // H4: since when, and what
  const bool pop = op.kind == OperationKind::pop;
  if (pop && !records.empty() && is_of_open_call(records.back(), header)) return;
  std::uint64_t next = 0;
  for (const Operation& record : records)
    if (op.kind == OperationKind::push && record.status == OperationStatus::ok) next = record.sequence + 1;
  op.invoked_ns = since(header.open_invoked_ns, start_ns);
  op.returned_ns = kNeverReturned;
  op.status = OperationStatus::pending;
  for (std::uint32_t i = 0; i < open; ++i) {
    op.sequence = pop ? 0 : header.open_sequence + i;
    if (pop || op.sequence >= next) operations.push_back(op);
  }
}

}  // namespace

History collect_history(const Setup& setup, const Control& control, const Effective& effective,
                        std::uint64_t start_ns, const RoundRecord& round) {
  History history;
  history.promises = promises_of(setup, effective, round);
  history.clock_guard_ns = setup.clock.guard_ns;
  history.clock_trusted = setup.clock.trusted;
  std::size_t operations = 0;
  for (std::uint32_t id = 0; id <= control.drain_id(); ++id) {
    const LogHeader& header = control.log(id).header();
    operations += header.count.load(std::memory_order_acquire);  // H2: these records are whole
    operations += header.open.load(std::memory_order_acquire);   // H4: what a dead worker was at
  }
  history.operations.reserve(operations);
  history.sampled = setup.spec.burst_every_ns != 0;
  for (std::uint32_t id = 0; id <= control.drain_id(); ++id) {
    history.workers.push_back(worker_name(setup.spec, id));
    const LogMemory log = control.log(id);
    const LogHeader& header = log.header();
    const std::uint64_t count = header.count.load(std::memory_order_acquire);  // H2: these records are whole
    const std::span<const Operation> records = log.operations().first(count);
    for (const Operation& op : records) history.operations.push_back(relative(op, start_ns));
    const bool push = id < setup.spec.producers;
    const Operation blank{.invoked_ns = 0,
                          .returned_ns = 0,
                          .sequence = 0,
                          .producer = push ? id : kNoProducer,
                          .worker = static_cast<std::uint16_t>(id),
                          .kind = push ? OperationKind::push : OperationKind::pop,
                          .status = OperationStatus::pending};
    add_pending(header, records, blank, start_ns, history.operations);
    // relaxed: read after the worker's end
    if (header.truncated.load(std::memory_order_relaxed) != 0) history.truncated = true;
  }
  return history;
}

}  // namespace pcbench
