// shm_robust_queue: a ring in shared memory under two robust mutexes; it outlives any of its users by itself.
// Promises    any PxC, FIFO, lossless, thread and process (fork and spawn), can close; capacity a power of
//             two.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       run/ creates and destroys both regions; an endpoint maps them and never unmaps another's.
// Layout      ring: parts/ring_memory.h; locks: [header 128][producers' mutex 128]
//             [consumers' mutex 128]
// Pairs       parts/two_lock_ring.h and the mutex of each side
// Peer death  survives both roles at any phase without a supervisor: the kernel hands the lock to the next
//             one, and since one word commits a run, there is nothing to repair; a worker that is merely
//             stopped keeps its lock. Waiting is by futex with a time limit, not by a condition variable,
//             which a killed waiter can break (docs/decisions/0007)
// Source      parts/two_lock_ring.h; commit word: LMDB's meta page, here one position
#pragma once

#include <new>

#include "base/shared_region.h"
#include "transport/parts/two_lock_ring.h"
#include "transport/transport.h"
#include "wait/robust_mutex.h"

namespace pcbench {

class ShmRobustQueue {
  struct alignas(kFalseSharingBytes) Lock {
    RobustMutex mutex;

    void lock(std::uint32_t id) noexcept { mutex.lock(id); }
    void unlock() noexcept { mutex.unlock(); }
  };
  struct Locks {
    RegionHeader header{};
    Lock producers;
    Lock consumers;
  };
  static_assert(sizeof(Locks) == 3 * kFalseSharingBytes, "the two sides must not share a cache line");
  static constexpr RegionHeader kLocksHeader{0x7063726f'62757331U, 1, sizeof(Locks)};  // "pcrobus1"

 public:
  using Producer = TwoLockProducer<Lock>;
  using Consumer = TwoLockConsumer<Lock>;

  static constexpr Promises kPromises{.capacity = CapacityRule::power_of_two,
                                      .keeps_unreleased = true,
                                      .survives =
                                          "a killed worker of either role, at any phase, by itself; what a "
                                          "consumer had not released is popped by the next one"};

  explicit ShmRobustQueue(const RoundSpec& spec)
      : spec_(spec),
        memory_(spec, kPromises),
        region_(SharedRegion::create(sizeof(Locks))),
        locks_(new(region_.data()) Locks{}) {
    locks_->header = kLocksHeader;
  }
  ShmRobustQueue(const RoundSpec& spec, const Handles& handles)
      : spec_(spec),
        memory_(handles.at(0)),
        region_(SharedRegion::attach(FileDescriptor(handles.at(1)))),
        locks_(std::launder(reinterpret_cast<Locks*>(region_.data()))) {
    require_region(region_.data(), region_.size(), kLocksHeader, "shm_robust_queue attach");
  }

  template <class Hook = NoLockHook>
  [[nodiscard]] TwoLockProducer<Lock, Hook> producer(std::uint32_t index) const {
    memory_.region().prefault();
    return {memory_, locks_->producers, spec_, index};
  }
  template <class Hook = NoLockHook>
  [[nodiscard]] TwoLockConsumer<Lock, Hook> consumer(std::uint32_t index) const {
    memory_.region().prefault();
    return {memory_, locks_->consumers, spec_, index};
  }
  [[nodiscard]] Effective effective() const { return memory_.effective(spec_.batch_messages); }
  [[nodiscard]] Handles handles() const { return {memory_.region().descriptor(), region_.descriptor()}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  RoundSpec spec_;
  RingMemory memory_;
  SharedRegion region_;
  Locks* locks_;
};

}  // namespace pcbench
