// PluginQueue: the transport behind every queue of a shared library: copies in and out through its functions,
// and event counts beside it for workers that park.
// Owner       the channel owns the memory: a shared region that processes fork with; between threads their
//             process's own
// Layout      [state][the library's memory, aligned to kFalseSharingBytes]
// Pairs       the library's own; wait/event_count.h's E1 → E2 for those that park
// Peer death  as the library's queue takes it: nothing is promised
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <string_view>
#include <utility>

#include "base/layout.h"
#include "base/shared_region.h"
#include "transport/parts/capacity.h"
#include "transport/parts/copied_run.h"
#include "transport/plugin/pcbench_queue.h"
#include "transport/transport.h"
#include "wait/event_count.h"

namespace pcbench {

/// The description of the loaded queue NAME. Errors: Error where there is none.
[[nodiscard]] const pcbench_queue& plugin_called(std::string_view name);

/// What SPEC asks of a library's queue with these PROMISES.
[[nodiscard]] inline pcbench_queue_spec plugin_spec(const RoundSpec& spec, const Promises& promises) {
  return {effective_capacity(promises, spec.capacity_slots, spec.message_bytes), spec.message_bytes,
          spec.producers, spec.consumers, spec.batch_messages};
}

class PluginQueue {
  struct State {
    EventCount not_empty;
    EventCount not_full;
  };
  static_assert(sizeof(State) % kFalseSharingBytes == 0, "the library's memory follows, aligned");

  /// What both ends hold.
  struct End {
    const pcbench_queue& queue;
    State& state;
    void* memory;
    std::uint32_t index;
    std::uint32_t message_bytes;
    bool parks;
  };

  class Sink {
   public:
    explicit Sink(const End& end) : end_(end) {}
    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t count) noexcept {
      const std::uint32_t n = end_.queue.push(end_.memory, end_.index, first, count);
      if (n == 0) return {};
      if (n == PCBENCH_QUEUE_CLOSED) return {0, PushStatus::closed};
      if (end_.parks) end_.state.not_empty.notify(static_cast<int>(std::min(n, count)));
      return {std::min(n, count), PushStatus::ok};
    }
    [[nodiscard]] Put put_within(const std::byte* first, std::uint32_t count,
                                 std::uint64_t timeout_ns) noexcept {
      Put put;
      end_.state.not_full.wait(timeout_ns, [&] {
        put = try_put(first, count);
        return put.count != 0 || put.status == PushStatus::closed;
      });
      return put;
    }
    void close() noexcept {
      end_.queue.close(end_.memory);
      if (end_.parks) end_.state.not_empty.notify(INT32_MAX);
    }

   private:
    End end_;
  };

  class Source {
   public:
    explicit Source(const End& end) : end_(end) {}
    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t want) noexcept {
      const std::uint32_t n = end_.queue.pop(end_.memory, end_.index, room, want);
      if (n == 0) return {};
      if (n == PCBENCH_QUEUE_CLOSED) return {0, PopStatus::closed};
      if (end_.parks) end_.state.not_full.notify(static_cast<int>(std::min(n, want)));
      return {std::min(n, want), PopStatus::ok};
    }
    [[nodiscard]] Taken take_within(std::byte* room, std::uint32_t want, std::uint64_t timeout_ns) noexcept {
      Taken taken;
      end_.state.not_empty.wait(timeout_ns, [&] {
        taken = try_take(room, want);
        return taken.count != 0 || taken.status == PopStatus::closed;
      });
      return taken;
    }

   private:
    End end_;
  };

 public:
  using Producer = CopyingProducer<Sink>;
  using Consumer = CopyingConsumer<Source>;

  explicit PluginQueue(const RoundSpec& spec)
      : queue_(plugin_called(spec.transport.view())),
        parks_(spec.wait == WaitStrategy::park),
        shares_pills_(spec.consumers > 1 && spec.stop.view() == "pill"),
        spec_(plugin_spec(spec, find_promises(spec))) {
    if (spec.workers == WorkerKind::thread) return;
    region_ = SharedRegion::create(bytes());
    make(region_.data());
  }
  PluginQueue(const PluginQueue&) = delete;
  PluginQueue& operator=(const PluginQueue&) = delete;
  ~PluginQueue() {
    if (state_ != nullptr && queue_.destroy != nullptr) queue_.destroy(memory());
  }

  [[nodiscard]] Producer producer(std::uint32_t index) {
    enter();
    return {Sink(end(index)), spec_.message_bytes, run()};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t index) {
    enter();
    return {Source(end(index)), spec_.message_bytes, run()};
  }
  [[nodiscard]] Effective effective() const { return {spec_.capacity_slots, run(), {}}; }
  [[nodiscard]] Handles handles() const { return {}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  static const Promises& find_promises(const RoundSpec& spec);

  [[nodiscard]] std::size_t bytes() const { return sizeof(State) + queue_.memory_bytes(&spec_); }
  void make(std::byte* at) {
    auto* const state = new (at) State;
    if (queue_.init(at + sizeof(State), &spec_) != 0)
      throw Error("its init failed", queue_.name, "it may want fewer or smaller slots");
    state_ = state;
  }
  /// Between threads the queue is made in their own process, when the first of them comes: what it keeps on
  /// the heap is nobody else's.
  void enter() {
    if (region_.data() != nullptr) return region_.prefault();
    std::call_once(once_, [this] {
      const std::size_t size = align_up(bytes(), kFalseSharingBytes);
      heap_.reset(static_cast<std::byte*>(std::aligned_alloc(kFalseSharingBytes, size)));
      if (heap_ == nullptr) throw std::bad_alloc();
      std::memset(heap_.get(), 0, size);
      make(heap_.get());
    });
  }
  [[nodiscard]] void* memory() const noexcept { return reinterpret_cast<std::byte*>(state_) + sizeof(State); }
  [[nodiscard]] End end(std::uint32_t index) const noexcept {
    return {queue_, *state_, memory(), index, spec_.message_bytes, parks_};
  }
  /// What a pop takes is gone for the other consumers, also what lies behind a consumer's last pill.
  [[nodiscard]] std::uint32_t run() const noexcept {
    if (shares_pills_) return 1;
    return run_messages(spec_.batch_messages, spec_.message_bytes, spec_.capacity_slots);
  }

  const pcbench_queue& queue_;
  bool parks_;
  bool shares_pills_;
  pcbench_queue_spec spec_;
  struct Free {
    void operator()(std::byte* bytes) const noexcept { std::free(bytes); }
  };
  SharedRegion region_;                    // of processes
  std::unique_ptr<std::byte, Free> heap_;  // of threads
  std::once_flag once_;
  State* state_ = nullptr;  // where the library's queue was made, in one of the two
};

}  // namespace pcbench
