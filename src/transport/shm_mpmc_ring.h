// shm_mpmc_ring: any number of producers and consumers share one ring in shared memory; each side takes
// turns.
// Promises    any PxC, FIFO, lossless, thread and process (fork and spawn), can close; capacity a power of
//             two.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       run/ creates and destroys the region; an endpoint maps it and never unmaps another's.
// Layout      parts/ring_memory.h
// Pairs       parts/two_lock_ring.h; within a side OwnerLock's L1 → L2 hands over the side's cached index
// Peer death  survives both roles at any phase (parts/two_lock_ring.h). The dead worker's side waits until
//             the supervisor, which has reaped it, frees its lock (mourn); a worker that is merely stopped
//             keeps it
// Source      parts/two_lock_ring.h
#pragma once

#include "transport/parts/ring_channel.h"
#include "transport/parts/two_lock_ring.h"
#include "wait/owner_lock.h"

namespace pcbench {

class ShmMpmcRing : public RingChannel {
 public:
  using Producer = TwoLockProducer<OwnerLock>;
  using Consumer = TwoLockConsumer<OwnerLock>;

  static constexpr Promises kPromises{.capacity = CapacityRule::power_of_two,
                                      .keeps_unreleased = true,
                                      .survives =
                                          "a killed worker of either role, at any phase; what a consumer had "
                                          "not released is popped by the next one"};

  explicit ShmMpmcRing(const RoundSpec& spec) : RingChannel(spec, kPromises) {}
  ShmMpmcRing(const RoundSpec& spec, const Handles& handles) : RingChannel(spec, handles) {}

  template <class Hook = NoLockHook>
  [[nodiscard]] TwoLockProducer<OwnerLock, Hook> producer(std::uint32_t index) const {
    return {touched(), control().producers.lock, spec(), index};
  }
  template <class Hook = NoLockHook>
  [[nodiscard]] TwoLockConsumer<OwnerLock, Hook> consumer(std::uint32_t index) const {
    return {touched(), control().consumers.lock, spec(), index};
  }
  /// What the dead worker had committed or released stands, the rest never was: its side goes on from there.
  void mourn(Role role, std::uint32_t index) noexcept {
    OwnerLock& lock = role == Role::producer ? control().producers.lock : control().consumers.lock;
    if (lock.holder() == index + 1) lock.unlock();
  }
};

}  // namespace pcbench
