// Transports whose messages are handled well and whose locks and waits are not.
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <new>

#include "base/clock.h"
#include "support/faulty_transports.h"
#include "transport/locked_queue.h"
#include "transport/parts/two_lock_ring.h"
#include "transport/shm_mpmc_ring.h"

namespace pcbench::test {
namespace {

constexpr std::uint64_t kNeverNs = 3'600'000'000'000;

/// Forgets every kFaultEvery-th call, and its sleepers wait for one however long it takes.
class ForgetfulEvent {
 public:
  void notify(int count) noexcept {
    // relaxed: a count
    if (count_.fetch_add(1, std::memory_order_relaxed) % kFaultEvery != kFaultEvery - 1) event_.notify(count);
  }
  template <class Ready>
  void wait(std::uint64_t /*timeout_ns*/, Ready&& ready) noexcept {
    event_.wait(kNeverNs, ready);
  }

 private:
  EventCount event_;
  std::atomic<std::uint64_t> count_{0};
};

/// The same one for whoever waits, producer or consumer. Rounds have a process of their own.
class SharedEvent {
 public:
  void notify(int /*count*/) noexcept { event().notify(1); }
  template <class Ready>
  void wait(std::uint64_t /*timeout_ns*/, Ready&& ready) noexcept {
    event().wait(kNeverNs, ready);
  }

 private:
  static EventCount& event() noexcept {
    static EventCount one;
    return one;
  }
};

/// Takes the lock from whoever has had it for long, dead or alive.
class ThiefLock {
 public:
  void lock(std::uint32_t id) noexcept {
    constexpr std::uint64_t kPatienceNs = 20'000'000;
    const std::uint64_t begin = now_ns();
    while (!lock_.try_lock(id))
      if (now_ns() >= begin + kPatienceNs) lock_.unlock();
  }
  void unlock() noexcept { lock_.unlock(); }

 private:
  OwnerLock lock_;
};

class ThievesRing {
  struct Locks {
    alignas(kFalseSharingBytes) ThiefLock producers;
    alignas(kFalseSharingBytes) ThiefLock consumers;
  };

 public:
  using Producer = TwoLockProducer<ThiefLock>;
  using Consumer = TwoLockConsumer<ThiefLock>;
  static constexpr Promises kPromises{.spawn_refusal = "a test has no need of it",
                                      .capacity = CapacityRule::power_of_two};

  explicit ThievesRing(const RoundSpec& spec)
      : spec_(spec),
        memory_(spec, kPromises),
        region_(SharedRegion::create(sizeof(Locks))),
        locks_(new(region_.data()) Locks{}) {}

  [[nodiscard]] Producer producer(std::uint32_t index) const {
    return {memory_, locks_->producers, spec_, index};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t index) const {
    return {memory_, locks_->consumers, spec_, index};
  }
  [[nodiscard]] Effective effective() const { return memory_.effective(spec_.batch_messages); }
  [[nodiscard]] Handles handles() const { return {}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  RoundSpec spec_;
  RingMemory memory_;
  SharedRegion region_;
  Locks* locks_;
};

/// Gives the lock of a worker that is merely silent to the next one.
class HeirsRing : public ShmMpmcRing {
 public:
  static constexpr Promises kPromises{.spawn_refusal = "a test has no need of it",
                                      .capacity = CapacityRule::power_of_two};
  using ShmMpmcRing::ShmMpmcRing;
  void presume_dead(Role role, std::uint32_t index) noexcept { mourn(role, index); }
};

const std::array kWaitRows = {
    faulty_row<LockedQueue<std::mutex, ForgetfulEvent>>("faulty_lost_wakeup", "forgets every 100th wake-up"),
    faulty_row<LockedQueue<std::mutex, SharedEvent>>("faulty_one_condition",
                                                     "wakes one waiter, be it of the wrong side"),
    faulty_row<ThievesRing>("faulty_thief", "takes a lock from a holder who is alive"),
    faulty_row<HeirsRing>("faulty_heir", "takes a silent worker's lock as if it were dead"),
};

}  // namespace

std::span<const TransportRow> faulty_waits() noexcept { return kWaitRows; }

}  // namespace pcbench::test
