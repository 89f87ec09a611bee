// null: moves nothing. Producers build messages that nobody gets, consumers regenerate what they would have
// got: what remains is the cost of the harness itself.
// Promises    any PxC, thread and process (fork and spawn), can close; no capacity. Its verdicts are
//             `unknown: floor`.
// Threads     endpoints share nothing.
// Owner       each endpoint owns its buffer.
// Layout      none
// Pairs       none
// Peer death  nobody notices
// Source      the empty loop every benchmark subtracts
#pragma once

#include <cstdint>
#include <cstring>

#include "base/clock.h"
#include "base/mix.h"
#include "transport/parts/copied_run.h"
#include "transport/transport.h"
#include "worker/payload.h"

namespace pcbench {

class NullTransport {
  class Hole {
   public:
    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t count) noexcept {
      // Counts as a reader: the compiler may not skip building the message.
      asm volatile("" ::"r"(first) : "memory");
      return {count, PushStatus::ok};
    }
    [[nodiscard]] Put put_within(const std::byte* first, std::uint32_t count,
                                 std::uint64_t /*timeout_ns*/) noexcept {
      return try_put(first, count);
    }
    void close() noexcept {}
  };

  /// The share of one consumer: every consumers-th message, producer by producer, and what then ends it:
  /// pills, closed. Protocols that count do not end by the channel but by their tickets; for them the last
  /// producer goes on for ever.
  class Generator {
   public:
    Generator(const RoundSpec& spec, std::uint32_t index) noexcept
        : spec_(spec),
          index_(index),
          endless_(spec.duration_ns == 0 && spec.stop.view() != "pill" && spec.stop.view() != "close"),
          over_(index >= spec.consumers),  // nothing is ever left for the final drain
          pills_left_(spec.stop.view() == "pill" && !over_ ? spec.producers : 0),
          sequence_(index) {}

    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t want) noexcept {
      if (spec_.duration_ns != 0 && ++takes_ % kTakesPerClock == 1) look_at_clock();
      std::uint32_t count = 0;
      for (; count < want && next(room); ++count) room += spec_.message_bytes;
      return {count, count != 0 ? PopStatus::ok : PopStatus::closed};
    }
    [[nodiscard]] Taken take_within(std::byte* room, std::uint32_t want,
                                    std::uint64_t /*timeout_ns*/) noexcept {
      return try_take(room, want);
    }

   private:
    static constexpr std::uint64_t kTakesPerClock = 256;

    void look_at_clock() noexcept {
      const std::uint64_t now = now_ns();
      if (deadline_ns_ == 0) deadline_ns_ = now + spec_.duration_ns;
      over_ = over_ || now >= deadline_ns_;
    }

    /// Builds the next message; false: there is none.
    bool next(std::byte* message) noexcept {
      while (!over_ && !endless_here() && sequence_ >= share_of(spec_.messages, producer_, spec_.producers)) {
        over_ = ++producer_ == spec_.producers;
        sequence_ = index_;
      }
      if (over_ && pills_left_ == 0) return false;
      const Envelope envelope = over_ ? Envelope{0, --pills_left_, MessageKind::pill}
                                      : Envelope{sequence_, producer_, MessageKind::data};
      std::memcpy(message, &envelope, sizeof envelope);
      fill_payload(message + sizeof envelope, spec_.payload_bytes,
                   payload_key(producer_key(spec_.seed, envelope.producer), envelope.sequence));
      sequence_ += spec_.consumers;
      return true;
    }
    [[nodiscard]] bool endless_here() const noexcept { return endless_ && producer_ + 1 == spec_.producers; }

    RoundSpec spec_;
    std::uint32_t index_;
    bool endless_;
    bool over_;
    std::uint32_t pills_left_;
    std::uint32_t producer_ = 0;
    std::uint64_t sequence_;
    std::uint64_t takes_ = 0;
    std::uint64_t deadline_ns_ = 0;  // absolute; 0: not begun
  };

 public:
  using Producer = CopyingProducer<Hole>;
  using Consumer = CopyingConsumer<Generator>;

  static constexpr Promises kPromises{.capacity = CapacityRule::unbounded, .timed = false};

  explicit NullTransport(const RoundSpec& spec) : spec_(spec) {}
  NullTransport(const RoundSpec& spec, const Handles& /*handles*/) : spec_(spec) {}

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const {
    return {Hole{}, spec_.message_bytes, run()};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t index) const {
    return {Generator(spec_, index), spec_.message_bytes, run()};
  }
  [[nodiscard]] Effective effective() const { return {0, run(), {}}; }
  [[nodiscard]] Handles handles() const { return {}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  [[nodiscard]] std::uint32_t run() const noexcept {
    return run_messages(spec_.batch_messages, spec_.message_bytes, UINT64_MAX);
  }

  RoundSpec spec_;
};

}  // namespace pcbench
