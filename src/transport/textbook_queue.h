// textbook_queue: the bounded queue that everybody writes first: std::mutex, std::deque and two condition
// variables, a message a call. The honest baseline for whoever claims to be faster.
// Promises    any PxC, fifo, lossless, threads only, can close; exactly the capacity asked for.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       the channel owns the queue, which is on the heap, and outlives its endpoints.
// Pairs       the mutex; conditions are signalled after it is unlocked
// Peer death  threads do not die alone
// Source      monitors: Hoare, CACM 17(10), 1974
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "transport/parts/block.h"
#include "transport/parts/capacity.h"
#include "transport/parts/copied_run.h"
#include "transport/transport.h"
#include "worker/lock_hook.h"

namespace pcbench {

inline constexpr Promises kTextbookQueuePromises{.processes = false,
                                                 .spawn_refusal = "its deque is on one process's heap",
                                                 .payload_bytes_max = AnyBlock::kPayloadBytesMax,
                                                 .batch = false};

template <class B>
class TextbookQueue {
  struct State {
    std::mutex mutex;  // guards all below
    std::condition_variable not_empty;
    std::condition_variable not_full;
    std::deque<B> queue;
    bool closed = false;  // nothing will be pushed any more
    std::uint64_t capacity_slots;
  };
  using Lock = std::unique_lock<std::mutex>;

  template <class Hook>
  class Sink {
   public:
    explicit Sink(State& state) noexcept : state_(state) {}

    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t /*count*/) noexcept {
      Lock lock(state_.mutex);
      return put(lock, first);
    }
    [[nodiscard]] Put put_within(const std::byte* first, std::uint32_t /*count*/,
                                 std::uint64_t timeout_ns) noexcept {
      Lock lock(state_.mutex);
      state_.not_full.wait_for(lock, std::chrono::nanoseconds(timeout_ns), [this] { return has_room(); });
      return put(lock, first);
    }
    void close() noexcept {
      {
        const Lock lock(state_.mutex);
        state_.closed = true;
      }
      state_.not_empty.notify_all();
    }

   private:
    [[nodiscard]] bool has_room() const noexcept { return state_.queue.size() < state_.capacity_slots; }

    Put put(Lock& lock, const std::byte* message) noexcept {
      if (!has_room()) return {};
      state_.queue.push_back(*reinterpret_cast<const B*>(message));
      Hook::holding_lock();
      lock.unlock();
      state_.not_empty.notify_one();
      return {1, PushStatus::ok};
    }

    State& state_;
  };

  template <class Hook>
  class Source {
   public:
    explicit Source(State& state) noexcept : state_(state) {}

    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t /*want*/) noexcept {
      Lock lock(state_.mutex);
      return take(lock, room);
    }
    [[nodiscard]] Taken take_within(std::byte* room, std::uint32_t /*want*/,
                                    std::uint64_t timeout_ns) noexcept {
      Lock lock(state_.mutex);
      state_.not_empty.wait_for(lock, std::chrono::nanoseconds(timeout_ns),
                                [this] { return !state_.queue.empty() || state_.closed; });
      return take(lock, room);
    }

   private:
    Taken take(Lock& lock, std::byte* room) noexcept {
      if (state_.queue.empty()) return {0, state_.closed ? PopStatus::closed : PopStatus::empty};
      *reinterpret_cast<B*>(room) = state_.queue.front();
      state_.queue.pop_front();
      Hook::holding_lock();
      lock.unlock();
      state_.not_full.notify_one();
      return {1, PopStatus::ok};
    }

    State& state_;
  };

 public:
  using Producer = CopyingProducer<Sink<NoLockHook>>;
  using Consumer = CopyingConsumer<Source<NoLockHook>>;

  static constexpr Promises kPromises = kTextbookQueuePromises;

  explicit TextbookQueue(const RoundSpec& spec) : state_(std::make_unique<State>()) {
    state_->capacity_slots = effective_capacity(kPromises, spec.capacity_slots, sizeof(B));
  }

  template <class Hook = NoLockHook>
  [[nodiscard]] CopyingProducer<Sink<Hook>> producer(std::uint32_t /*index*/) const {
    return {Sink<Hook>(*state_), sizeof(B), 1};
  }
  template <class Hook = NoLockHook>
  [[nodiscard]] CopyingConsumer<Source<Hook>> consumer(std::uint32_t /*index*/) const {
    return {Source<Hook>(*state_), sizeof(B), 1};
  }
  [[nodiscard]] Effective effective() const {
    return {state_->capacity_slots, 1, {{"element_bytes", static_cast<std::int64_t>(sizeof(B))}}};
  }
  [[nodiscard]] Handles handles() const { return {}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  std::unique_ptr<State> state_;
};

}  // namespace pcbench
