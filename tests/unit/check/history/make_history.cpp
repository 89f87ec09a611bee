#include "make_history.h"

#include <deque>

namespace pcbench {
namespace {

class Simulator {
 public:
  Simulator(const Simulation& simulation, std::mt19937_64& random)
      : simulation_(simulation), random_(random) {
    for (std::uint32_t p = 0; p < simulation.producers; ++p)
      add_worker(
          'p', p,
          simulation.messages / simulation.producers + (p < simulation.messages % simulation.producers));
    for (std::uint32_t c = 0; c < simulation.consumers; ++c) add_worker('c', c, 0);
    add_worker('c', simulation.consumers, 0);  // the drain: cannot die
    workers_.back().dies_after = UINT32_MAX;
  }

  History run() {
    history_.promises = {Order::fifo, true, false, true, simulation_.capacity != 0, {}};
    if (simulation_.capacity != 0) history_.promises.capacity_slots = simulation_.capacity;
    history_.clock_guard_ns = simulation_.guard_ns;
    const auto at_work = [](const Worker& w) { return w.alive && w.producer && w.next < w.share; };
    while (std::any_of(workers_.begin(), workers_.end(), at_work)) step(below(workers_.size() - 1));
    while (!queue_.empty()) step(workers_.size() - 1);
    step(workers_.size() - 1);  // and once more: empty
    widen();
    return std::move(history_);
  }

 private:
  struct Worker {
    bool producer;
    bool alive = true;
    std::uint32_t index;
    std::uint32_t share;
    std::uint32_t next = 0;
    std::uint32_t dies_after;  ///< operations
    std::uint64_t clock_off_ns;
    std::vector<std::size_t> operations;
  };

  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  void add_worker(char role, std::uint32_t index, std::uint32_t share) {
    const bool dies = simulation_.kill && below(3) == 0;
    workers_.push_back({.producer = role == 'p',
                        .index = index,
                        .share = share,
                        .dies_after = dies ? static_cast<std::uint32_t>(below(20)) : UINT32_MAX,
                        .clock_off_ns = below(simulation_.guard_ns + 1),
                        .operations = {}});
    history_.workers.push_back(role + std::to_string(index));
  }

  void step(std::size_t w) {
    Worker& worker = workers_[w];
    if (!worker.alive || (worker.producer && worker.next == worker.share)) {
      if (std::none_of(workers_.begin(), workers_.end() - 1,
                       [](const Worker& o) { return o.alive && !o.producer; }) &&
          !queue_.empty())
        step(workers_.size() - 1);  // nobody else is left to make room
      return;
    }
    now_ns_ += below(4);
    Operation op{now_ns_,
                 now_ns_,
                 0,
                 kNoProducer,
                 static_cast<std::uint16_t>(w),
                 worker.producer ? OperationKind::push : OperationKind::pop,
                 OperationStatus::ok};
    const bool dies = worker.operations.size() >= worker.dies_after;
    const bool happens = !dies || below(2) == 0;
    if (worker.producer) push(worker, op, happens);
    else pop(op, happens);
    if (dies) {
      worker.alive = false;
      op.status = OperationStatus::pending;
      if (!worker.producer) op.producer = kNoProducer, op.sequence = 0;
    }
    worker.operations.push_back(history_.operations.size());
    history_.operations.push_back(op);
  }

  void push(Worker& worker, Operation& op, bool happens) {
    op.producer = worker.index;
    op.sequence = worker.next;
    if (simulation_.capacity != 0 && queue_.size() == simulation_.capacity) {
      op.status = OperationStatus::full;
      return;
    }
    ++worker.next;
    if (happens) queue_.emplace_back(op.producer, op.sequence);
  }

  void pop(Operation& op, bool happens) {
    if (queue_.empty()) {
      op.status = OperationStatus::empty;
    } else if (happens) {
      op.producer = queue_.front().first;
      op.sequence = queue_.front().second;
      queue_.pop_front();
    }
  }

  /// Each operation begins after its worker's last one, ends before its next one happens, and keeps its
  /// instant.
  void widen() {
    for (const Worker& worker : workers_) {
      std::uint64_t free_from = 0;
      for (std::size_t k = 0; k < worker.operations.size(); ++k) {
        Operation& op = history_.operations[worker.operations[k]];
        const std::uint64_t instant = op.invoked_ns;
        const std::uint64_t reach = k + 1 < worker.operations.size()
                                        ? history_.operations[worker.operations[k + 1]].invoked_ns
                                        : instant + 50;
        op.invoked_ns = free_from + below(instant - free_from + 1);
        free_from = instant + below(reach - instant + 1);
        op.invoked_ns += worker.clock_off_ns;
        op.returned_ns =
            op.status == OperationStatus::pending ? kNeverReturned : free_from + worker.clock_off_ns;
      }
    }
  }

  Simulation simulation_;
  std::mt19937_64& random_;
  History history_;
  std::vector<Worker> workers_;
  std::deque<std::pair<std::uint32_t, std::uint64_t>> queue_;
  std::uint64_t now_ns_ = 0;
};

}  // namespace

History simulate_fifo(const Simulation& simulation, std::mt19937_64& random) {
  return Simulator(simulation, random).run();
}

}  // namespace pcbench
