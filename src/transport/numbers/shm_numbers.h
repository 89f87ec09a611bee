// shm_numbers: numbers in shared memory that workers update: under a lock, as atomic operations, or neither.
// Promises    any Px1, threads and processes (fork and spawn). Locked and atomic lose no update; unlocked
//             promises none either, so that the check can show how many it loses.
// Threads     each end by one thread; all ends at once.
// Owner       run/ creates and destroys the region; an end only uses it. The lock is the Control region's,
//             where the watchdog sees who holds it.
// Layout      [header 24] … 128: [number 8] …, close together as an array's are
// Pairs       locked: OwnerLock's L1 → L2; that all were made, the reader knows by T1 → T2
// Peer death  whoever dies with the lock keeps it; its death ends the round before that matters
// Source      multiprocessing.Value and Array of Python, with their lock and without
#pragma once

#include <atomic>
#include <cstdint>
#include <new>
#include <optional>

#include "base/layout.h"
#include "base/shared_region.h"
#include "transport/numbers/channel.h"

namespace pcbench {

inline constexpr std::string_view kSyncs[] = {"locked", "atomic", "unlocked"};
inline constexpr OptionRow kSyncOption{
    "sync", "how a number is updated: under one lock, by an atomic add, or by a load and a store", kSyncs};

enum class Sync : std::uint8_t { locked, atomic, unlocked };

template <Sync kSync>
class ShmNumbers {
  using Number = std::atomic<std::uint64_t>;
  static constexpr RegionHeader kHeader{0x70636e75'6d627273U, 1, kFalseSharingBytes};  // "pcnumbrs"

  class End {
   public:
    End(Number* first, OwnerLock& lock, std::uint32_t worker_id) noexcept
        : first_(first), lock_(lock), worker_id_(worker_id) {}

    [[nodiscard]] Update try_add(std::uint32_t index) noexcept {
      Number& number = first_[index];
      if constexpr (kSync == Sync::atomic) {
        number.fetch_add(1, std::memory_order_relaxed);  // relaxed: T1 → T2 makes it visible
        return Update::done;
      } else {
        if (kSync == Sync::locked && !lock_.try_lock(worker_id_)) return Update::locked;
        // relaxed: under the lock, or deliberately without: another's update in between is lost, and a stale
        // store undoes many
        number.store(number.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
        if (kSync == Sync::locked) lock_.unlock();
        return Update::done;
      }
    }
    [[nodiscard]] std::optional<std::uint64_t> read(std::uint32_t index) const noexcept {
      return first_[index].load(std::memory_order_relaxed);  // relaxed: T2 made it visible
    }

   private:
    Number* first_;
    OwnerLock& lock_;
    std::uint32_t worker_id_;
  };

 public:
  explicit ShmNumbers(const RoundSpec& spec)
      : region_(SharedRegion::create(kFalseSharingBytes + numbers_of(spec) * sizeof(Number))) {
    new (region_.data()) RegionHeader{kHeader.magic, kHeader.version, region_.size()};
    for (std::uint64_t i = 0; i < numbers_of(spec); ++i)
      new (region_.data() + kFalseSharingBytes + i * sizeof(Number)) Number(0);
  }
  ShmNumbers(const RoundSpec& /*spec*/, const Handles& handles)
      : region_(SharedRegion::attach(FileDescriptor(handles.at(0)))) {
    require_region(region_.data(), region_.size(), kHeader, "shm_numbers attach");
  }

  [[nodiscard]] End numbers(const Control& control, std::uint32_t worker_id) const {
    region_.prefault();
    auto* const first = std::launder(reinterpret_cast<Number*>(region_.data() + kFalseSharingBytes));
    return {first, control.stop().lock, worker_id};
  }
  [[nodiscard]] Handles handles() const { return {region_.descriptor()}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  SharedRegion region_;
};

}  // namespace pcbench
