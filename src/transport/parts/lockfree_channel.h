// What the two Boost.Lockfree queues share: blocks of a few fixed sizes for messages, memory that forked
// workers share, and event counts beside the queue, because Boost's have no way to wait.
// Owner       the channel owns the regions. Boost's queues hold addresses in them, which a forked worker
//             shares because its mapping lies at the same place; a spawned image cannot.
// Pairs       Boost's own inside its queues; wait/event_count.h's E1 → E2 for those that park
#pragma once

#include <array>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "base/shared_region.h"
#include "transport/parts/capacity.h"
#include "transport/parts/copied_run.h"
#include "transport/transport.h"
#include "wait/event_count.h"

namespace pcbench {

/// A message in a queue that moves values: the smallest of kBlockBytes that it fits in.
template <std::size_t Bytes>
struct alignas(std::uint64_t) Block {
  std::array<std::byte, Bytes> bytes;
};
inline constexpr std::array<std::size_t, 6> kBlockBytes = {message_bytes(16),   message_bytes(64),
                                                           message_bytes(256),  message_bytes(1024),
                                                           message_bytes(4096), message_bytes(65536)};
inline constexpr std::uint64_t kBlockPayloadBytesMax = kBlockBytes.back() - message_bytes(0);

/// Memory that one shared object and all that it allocates while it is being constructed live in. Boost's
/// runtime-sized queues construct their allocator themselves, so it finds its arena here rather than in an
/// argument.
class SharedArena {
 public:
  /// Constructs a T from ARGUMENTS in shared memory. It is never destroyed: its memory goes with the arena.
  template <class T, class... Arguments>
  [[nodiscard]] T* construct(Arguments&&... arguments) {
    current_ = this;
    return new (allocate(sizeof(T))) T(std::forward<Arguments>(arguments)...);
  }
  [[nodiscard]] std::byte* allocate(std::size_t bytes) {
    return regions_.emplace_back(SharedRegion::create(bytes)).data();
  }
  void prefault() const noexcept {
    for (const SharedRegion& region : regions_) region.prefault();
  }
  [[nodiscard]] static SharedArena& current() noexcept { return *current_; }

 private:
  static inline thread_local SharedArena* current_ = nullptr;
  std::vector<SharedRegion> regions_;
};

template <class T>
struct SharedArenaAllocator {
  using value_type = T;
  SharedArenaAllocator() = default;
  template <class U>
  explicit(false) SharedArenaAllocator(const SharedArenaAllocator<U>& /*other*/) noexcept {}
  [[nodiscard]] T* allocate(std::size_t count) {
    return reinterpret_cast<T*>(SharedArena::current().allocate(count * sizeof(T)));
  }
  void deallocate(T* /*memory*/, std::size_t /*count*/) noexcept {}
  friend bool operator==(const SharedArenaAllocator&, const SharedArenaAllocator&) noexcept { return true; }
};

/// A transport over QUEUE: value_type is a Block, Queue(n) makes room for n, push(first, n) and pop(room, n)
/// move up to n values and return how many.
template <class Queue>
class LockfreeChannel {
  using Value = typename Queue::value_type;

  struct State {
    explicit State(std::uint64_t capacity) : queue(capacity) {}
    Queue queue;
    EventCount not_empty;
    EventCount not_full;
  };

  class Sink {
   public:
    Sink(State& state, bool parks) noexcept : state_(state), parks_(parks) {}
    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t count) noexcept {
      const std::uint32_t n = state_.queue.push(reinterpret_cast<const Value*>(first), count);
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
    bool parks_;
  };

  class Source {
   public:
    Source(State& state, bool parks) noexcept : state_(state), parks_(parks) {}
    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t want) noexcept {
      const std::uint32_t n = state_.queue.pop(reinterpret_cast<Value*>(room), want);
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
    bool parks_;
  };

 public:
  using Producer = CopyingProducer<Sink>;
  using Consumer = CopyingConsumer<Source>;

  static constexpr Promises kPromises = Queue::kPromises;

  explicit LockfreeChannel(const RoundSpec& spec)
      : parks_(spec.wait == WaitStrategy::park),
        capacity_(effective_capacity(kPromises, spec.capacity_slots, sizeof(Value))),
        run_(kPromises.batch ? run_messages(spec.batch_messages, sizeof(Value), capacity_) : 1),
        state_(arena_.template construct<State>(capacity_)) {}

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const {
    arena_.prefault();
    return {{*state_, parks_}, sizeof(Value), run_};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) const {
    arena_.prefault();
    return {{*state_, parks_}, sizeof(Value), run_};
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
  SharedArena arena_;
  State* state_;
};

/// The channel of QUEUE<Block> with the smallest block for SPEC's messages. Requires: the payload is within
/// promises.
template <template <class> class Queue, std::size_t Size = 0>
[[nodiscard]] std::unique_ptr<Channel> create_for_size(const RoundSpec& spec) {
  if constexpr (Size + 1 < kBlockBytes.size()) {
    if (spec.message_bytes > kBlockBytes[Size]) return create_for_size<Queue, Size + 1>(spec);
  }
  return std::make_unique<ChannelOf<LockfreeChannel<Queue<Block<kBlockBytes[Size]>>>>>(spec);
}

}  // namespace pcbench
