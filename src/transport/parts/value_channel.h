// ValueChannel: a transport over a library's queue of values: messages as blocks of a few fixed sizes, the
// queue in memory that its users share, and event counts beside it, because such queues have no timed wait.
// Owner       the channel owns the queue. One that forked workers use lies in shared regions, at the same
//             address in each, so that it may hold addresses; a spawned image has it elsewhere and cannot.
// Pairs       the library's own inside its queue; wait/event_count.h's E1 → E2 for those that park
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <type_traits>

#include "transport/parts/block.h"
#include "transport/parts/capacity.h"
#include "transport/parts/copied_run.h"
#include "transport/parts/shared_arena.h"
#include "transport/transport.h"
#include "wait/event_count.h"

namespace pcbench {

/// A queue in memory that forked workers share; made at once, never destroyed: a killed worker may have left
/// it in any state.
template <class State>
class SharedHome {
 public:
  explicit SharedHome(const RoundSpec& spec, std::uint64_t capacity)
      : state_(arena_.template construct<State>(capacity, spec)) {}
  [[nodiscard]] State& enter() {
    arena_.prefault();
    return *state_;
  }

 private:
  SharedArena arena_;
  State* state_;
};

/// A queue on the heap of the process whose threads use it; made when the first of them comes, because that
/// process was forked after its channel was made and would copy each page at its first touch. Filled and
/// emptied once, so that the round finds every page there.
template <class State>
class HeapHome {
 public:
  explicit HeapHome(const RoundSpec& spec, std::uint64_t capacity) : spec_(spec), capacity_(capacity) {}
  [[nodiscard]] State& enter() {
    std::call_once(once_, [this] {
      state_ = std::make_unique<State>(capacity_, spec_);
      state_->touch(capacity_);
    });
    return *state_;
  }

 private:
  RoundSpec spec_;
  std::uint64_t capacity_;
  std::once_flag once_;
  std::unique_ptr<State> state_;
};

/// A transport over QUEUE: value_type is a Block; Queue(n, spec) makes room for n; push(first, n) and
/// pop(room, n) move up to n values and return how many. Where each user needs something of its own for that
/// (a token), it is made by QUEUE's Pusher(queue) and Popper(queue), which have push and pop instead.
template <class Queue>
class ValueChannel {
  using Value = typename Queue::value_type;

  template <class Q>
  struct Ends {
    using Pusher = Q&;
    using Popper = Q&;
  };
  template <class Q>
    requires requires { typename Q::Pusher; }
  struct Ends<Q> {
    using Pusher = typename Q::Pusher;
    using Popper = typename Q::Popper;
  };
  using Pusher = typename Ends<Queue>::Pusher;
  using Popper = typename Ends<Queue>::Popper;

  struct State {
    State(std::uint64_t capacity, const RoundSpec& spec) : queue(capacity, spec) {}
    void touch(std::uint64_t capacity) {
      const auto value = std::make_unique<Value>();
      Pusher pusher{queue};
      for (std::uint64_t i = 0; i < capacity && pusher.push(value.get(), 1) != 0;) ++i;
      Popper popper{queue};
      while (popper.pop(value.get(), 1) != 0) {
      }
    }
    Queue queue;
    EventCount not_empty;
    EventCount not_full;
  };

  class Sink {
   public:
    Sink(State& state, bool parks) : state_(state), pusher_{state.queue}, parks_(parks) {}
    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t count) noexcept {
      const std::uint32_t n = pusher_.push(reinterpret_cast<const Value*>(first), count);
      if (n == 0) return {};
      if (parks_) state_.not_empty.notify(static_cast<int>(n));
      return {n, PushStatus::ok};
    }
    [[nodiscard]] Put put_within(const std::byte* first, std::uint32_t count,
                                 std::uint64_t timeout_ns) noexcept {
      Put put;
      state_.not_full.wait(timeout_ns, [&] { return (put = try_put(first, count)).count != 0; });
      return put;
    }
    void close() noexcept {}  // never called: not promised

   private:
    State& state_;
    Pusher pusher_;
    bool parks_;
  };

  class Source {
   public:
    Source(State& state, bool parks) : state_(state), popper_{state.queue}, parks_(parks) {}
    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t want) noexcept {
      const std::uint32_t n = popper_.pop(reinterpret_cast<Value*>(room), want);
      if (n == 0) return {};
      if (parks_) state_.not_full.notify(static_cast<int>(n));
      return {n, PopStatus::ok};
    }
    [[nodiscard]] Taken take_within(std::byte* room, std::uint32_t want, std::uint64_t timeout_ns) noexcept {
      Taken taken;
      state_.not_empty.wait(timeout_ns, [&] { return (taken = try_take(room, want)).count != 0; });
      return taken;
    }

   private:
    State& state_;
    Popper popper_;
    bool parks_;
  };

 public:
  using Producer = CopyingProducer<Sink>;
  using Consumer = CopyingConsumer<Source>;

  static constexpr Promises kPromises = Queue::kPromises;

  explicit ValueChannel(const RoundSpec& spec)
      : parks_(spec.wait == WaitStrategy::park),
        capacity_(effective_capacity(kPromises, spec.capacity_slots, sizeof(Value))),
        run_(kPromises.batch ? run_messages(spec.batch_messages, sizeof(Value), capacity_) : 1),
        home_(spec, capacity_) {}

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) {
    return {{home_.enter(), parks_}, sizeof(Value), run_};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) {
    return {{home_.enter(), parks_}, sizeof(Value), run_};
  }
  [[nodiscard]] Effective effective() const {
    return {capacity_, run_, {{"element_bytes", static_cast<std::int64_t>(sizeof(Value))}}};
  }
  [[nodiscard]] Handles handles() const { return {}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  bool parks_;
  std::uint64_t capacity_;
  std::uint32_t run_;
  std::conditional_t<kPromises.processes, SharedHome<State>, HeapHome<State>> home_;
};

}  // namespace pcbench
