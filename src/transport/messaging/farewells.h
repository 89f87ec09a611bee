// Farewells: how a producer whose library may drop what is on its way when a socket closes knows that nothing
// is: it sends a last message that says who it is, and waits until the consumer, having got it, lets it go.
// Owner       run/ creates the region; ends map it.
// Layout      region: [header 24][let go: 4 a producer]
// Pairs       L1 → L2 all of this producer's messages are out of the library, or nobody will take them
// Peer death  a dead consumer lets nobody go: who waits for it is the watchdog's
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include "base/clock.h"
#include "base/shared_region.h"
#include "model/message.h"

namespace pcbench {

class Farewells {
  using Word = std::atomic<std::uint32_t>;
  static_assert(Word::is_always_lock_free, "processes share it");
  static constexpr RegionHeader kHeader{0x7063'6661'7265'7731U, 1, sizeof(RegionHeader)};  // "pcfarew1"

 public:
  /// The bytes of the last message, which no other has.
  static constexpr std::size_t kBytes = sizeof(std::uint32_t);
  static_assert(kBytes < message_bytes(0), "it is told from messages by its size");

  /// For so many PRODUCERS. Errors: Error.
  explicit Farewells(std::uint32_t producers) : producers_(producers) {
    const std::size_t bytes = sizeof(RegionHeader) + producers * sizeof(Word);
    region_ = SharedRegion::create(bytes);
    new (region_.data()) RegionHeader{kHeader.magic, kHeader.version, bytes};
    for (std::uint32_t i = 0; i < producers; ++i)
      new (region_.data() + sizeof(RegionHeader) + i * sizeof(Word)) Word(0);
  }
  Farewells(std::uint32_t producers, int handle)
      : producers_(producers), region_(SharedRegion::attach(FileDescriptor(handle))) {
    require_region(region_.data(), region_.size(), kHeader, "messaging attach");
  }

  [[nodiscard]] int handle() const noexcept { return region_.descriptor(); }

  /// Producer: TRY_SENDs PRODUCER's last message until that succeeds, and waits to be let go.
  template <class TrySend>
  void say(std::uint32_t producer, TrySend&& try_send) const noexcept {
    bool said = false;
    while (word(producer).load(std::memory_order_acquire) == 0) {  // L2
      said = said || try_send(&producer);
      nap(50'000);
    }
  }
  /// Consumer: got the LAST message of some producer.
  void hear(const std::byte* last) const noexcept {
    std::uint32_t producer = 0;
    std::memcpy(&producer, last, sizeof producer);
    if (producer < producers_) word(producer).store(1, std::memory_order_release);  // L1
  }
  /// Consumer: takes no more.
  void let_all_go() const noexcept {
    for (std::uint32_t i = 0; i < producers_; ++i) word(i).store(1, std::memory_order_release);  // L1
  }

 private:
  [[nodiscard]] Word& word(std::uint32_t producer) const noexcept {
    return std::launder(reinterpret_cast<Word*>(region_.data() + sizeof(RegionHeader)))[producer];
  }

  std::uint32_t producers_;
  SharedRegion region_;
};

}  // namespace pcbench
