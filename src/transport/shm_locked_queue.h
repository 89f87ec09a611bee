// shm_locked_queue: the bounded queue in shared memory: a Boost.Interprocess mutex for each side, a ring of
// slots.
// Promises    any PxC, FIFO, lossless, thread and process (fork and spawn), can close; any capacity.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       run/ creates and destroys the region; an endpoint maps it and never unmaps another's.
// Layout      parts/locked_ring.h: [state][slot 0 … slot n-1]
// Pairs       parts/locked_ring.h
// Peer death  the mutexes are not robust: whoever dies holding one stops its side, of the consumers' also the
//             final drain; the watchdog ends the round. Who dies while it waits or builds harms nobody
// Source      parts/locked_ring.h
#pragma once

#include <boost/interprocess/sync/interprocess_mutex.hpp>
#include <new>

#include "base/shared_region.h"
#include "transport/parts/capacity.h"
#include "transport/parts/locked_ring.h"
#include "transport/transport.h"

namespace pcbench {

class ShmLockedQueue {
  using Ring = LockedRing<boost::interprocess::interprocess_mutex>;
  using State = LockedRingState<boost::interprocess::interprocess_mutex>;
  static constexpr std::uint64_t kMagic = 0x70636c6f'636b6431U;  // "pclockd1"
  static constexpr std::uint64_t kVersion = 2;
  static constexpr std::size_t kStateBytes = align_up(sizeof(State), kFalseSharingBytes);

 public:
  using Producer = Ring::Producer<NoLockHook>;
  using Consumer = Ring::Consumer<NoLockHook>;

  static constexpr Promises kPromises{
      .survives =
          "a worker killed while it builds or waits that is not its role's last; whoever dies with a lock "
          "stops its side"};

  explicit ShmLockedQueue(const RoundSpec& spec) : spec_(spec) {
    const std::uint64_t capacity = effective_capacity(kPromises, spec.capacity_slots, spec.message_bytes);
    const std::size_t bytes = kStateBytes + capacity * spec.message_bytes;
    region_ = SharedRegion::create(bytes);
    state_ = new (region_.data()) State{};
    state_->header = {{kMagic, kVersion, bytes}, capacity, spec.message_bytes};
  }
  ShmLockedQueue(const RoundSpec& spec, const Handles& handles)
      : spec_(spec),
        region_(SharedRegion::attach(FileDescriptor(handles.at(0)))),
        state_(std::launder(reinterpret_cast<State*>(region_.data()))) {
    require_region(region_.data(), region_.size(), {kMagic, kVersion, kStateBytes},
                   "shm_locked_queue attach");
  }

  template <class Hook = NoLockHook>
  [[nodiscard]] Ring::Producer<Hook> producer(std::uint32_t /*index*/) const {
    region_.prefault();
    return {{*state_, slots(), parks()}, spec_.message_bytes, run()};
  }
  template <class Hook = NoLockHook>
  [[nodiscard]] Ring::Consumer<Hook> consumer(std::uint32_t /*index*/) const {
    region_.prefault();
    return {{*state_, slots(), parks()}, spec_.message_bytes, run()};
  }
  [[nodiscard]] Effective effective() const { return {state_->header.capacity_slots, run(), {}}; }
  [[nodiscard]] Handles handles() const { return {region_.descriptor()}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  [[nodiscard]] std::byte* slots() const noexcept { return region_.data() + kStateBytes; }
  [[nodiscard]] bool parks() const noexcept { return spec_.wait == WaitStrategy::park; }
  [[nodiscard]] std::uint32_t run() const noexcept {
    return run_messages(spec_.batch_messages, spec_.message_bytes, state_->header.capacity_slots);
  }

  RoundSpec spec_;
  SharedRegion region_;
  State* state_ = nullptr;
};

}  // namespace pcbench
