// NumbersChannel: what keeps numbers for workload shared_state, as run/ handles it.
// Owner       holds the keeper T, which is a class with
//                 explicit T(const RoundSpec&)                 makes the numbers; throws Error
//                 T(const RoundSpec&, Handles)                 attaches to them in a spawned image
//                 numbers(const Control&, uint32_t worker_id)  a worker's end, of concept NumbersEnd
//                 Handles handles() const, void drop_ends(Keep)
#pragma once

#include <utility>

#include "transport/transport.h"
#include "worker/shared_state.h"

namespace pcbench {

template <class T>
class NumbersChannel final : public Channel {
 public:
  template <class... Arguments>
  explicit NumbersChannel(const RoundSpec& spec, Arguments&&... arguments)
      : count_(numbers_of(spec)), keeper_(spec, std::forward<Arguments>(arguments)...) {}

  void produce(Task& task, const StopRow& /*stop*/, const std::function<void()>& at_gate) override {
    auto numbers = keeper_.numbers(task.control(), task.worker_id());
    at_gate();
    update_numbers(numbers, task);
  }
  /// The final drain finds nothing: no number is ever inside.
  void consume(Task& task, ConsumerStop& /*stop*/, const std::function<void()>& at_gate) override {
    if (task.worker_id() == task.control().drain_id()) return at_gate();
    auto numbers = keeper_.numbers(task.control(), task.worker_id());
    at_gate();
    read_numbers(numbers, task);
  }
  [[nodiscard]] Effective effective() const override { return {count_, 1, {}}; }
  [[nodiscard]] Handles handles() const override { return keeper_.handles(); }
  void drop_ends(Keep keep) noexcept override { keeper_.drop_ends(keep); }
  void mourn(Role /*role*/, std::uint32_t /*index*/) noexcept override {}  // faults are refused
  void close_for_the_dead() override {}

 private:
  std::uint64_t count_;
  T keeper_;
};

/// What both keepers promise.
inline constexpr Promises kNumbersPromises{.consumers_max = 1,
                                           .order = Order::none,
                                           .payload_bytes_max = sizeof(std::uint64_t),
                                           .capacity_slots_max = 65536,
                                           .batch = false,
                                           .empty = Exactness::none,
                                           .full = Exactness::none,
                                           .occupancy = Exactness::none,
                                           .timed = false};

}  // namespace pcbench
