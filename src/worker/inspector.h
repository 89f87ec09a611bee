// Inspector: judges nothing, but notes of every popped message what a judge needs; O(1) memory per producer.
//
// Messages of one producer mostly come in contiguous sequences. The inspector keeps the current stretch
// [first, next) in registers and books it as a whole when it ends: exact, for one comparison a message.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>

#include "base/clock.h"
#include "model/histogram.h"
#include "model/message.h"
#include "worker/control.h"
#include "worker/payload.h"
#include "worker/stop.h"

namespace pcbench {

class Inspector {
 public:
  /// CONSUMER is 0-based; the drain's is spec().consumers.
  Inspector(const Control& control, std::uint32_t consumer, WorkerSlot& slot) noexcept
      : control_(control),
        spec_(control.spec()),
        slot_(slot),
        tallies_(control.tallies(consumer)),
        histogram_(control.histogram(consumer)),
        sample_mask_(spec_.sample_every == 0 ? 0 : spec_.sample_every - 1),
        accounting_(spec_.verify != Verify::none),
        exact_(spec_.verify == Verify::exact),
        integrity_(spec_.integrity == Integrity::all) {}

  /// Data messages seen so far.
  [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }

  /// Notes the messages of RUN in order, up to and including a pill after which STOP says that it is over
  /// (then sets OVER). Returns how many it went through.
  std::uint32_t inspect(const ReadRun& run, ConsumerStop& stop, bool& over) noexcept {
    const std::byte* message = run.first;
    for (std::uint32_t i = 0; i < run.count; ++i, message += run.stride) {
      Envelope envelope;
      std::memcpy(&envelope, message, sizeof envelope);
      if (envelope.kind == MessageKind::data) [[likely]] {
        note(envelope, message + sizeof envelope);
      } else if (envelope.kind == MessageKind::pill && envelope.producer < spec_.producers) {
        ++slot_.pills;
        over = stop.on_pill();
        if (over) return i + 1;
      } else {
        found(Finding::unexpected, envelope, 0, 0);
      }
    }
    return run.count;
  }

  /// Books the current stretch, so that the shared tallies hold all that was seen: before waiting and at the
  /// end.
  void settle() noexcept {
    if (stretch_next_ == stretch_first_) return;
    Tally& tally = tallies_[producer_];
    tally.count += stretch_next_ - stretch_first_;
    tally.sum += run_sum(producer_key(spec_.seed, producer_), stretch_first_, stretch_next_);
    tally.next_sequence = stretch_next_;
    tally.end_sequence = std::max(tally.end_sequence, stretch_next_);
    stretch_first_ = stretch_next_;
  }

 private:
  void note(const Envelope& envelope, const std::byte* payload) noexcept {
    ++messages_;
    if (accounting_) {
      if (envelope.sequence == stretch_next_ && envelope.producer == producer_) [[likely]] {
        ++stretch_next_;
      } else if (!begin_stretch(envelope)) {
        return;
      }
      if (exact_) mark(envelope);
    }
    if (integrity_) {
      const std::uint64_t first = payload_key(key_of(envelope.producer), envelope.sequence);
      const std::size_t wrong = first_wrong_byte(payload, spec_.payload_bytes, first);
      if (wrong != kIntact) [[unlikely]]
        found(Finding::corrupted, envelope, envelope.sequence, wrong);
    } else {
      slot_.payload_fold ^= fold_payload(payload, spec_.payload_bytes);
    }
    if (!histogram_.empty() && (envelope.sequence & sample_mask_) == 0) time(envelope);
  }

  /// The stretch ended: books it and begins another one. False: there is no such producer.
  bool begin_stretch(const Envelope& envelope) noexcept {
    if (envelope.producer >= spec_.producers) {
      found(Finding::unexpected, envelope, 0, 0);
      return false;
    }
    settle();
    const std::uint64_t least = tallies_[envelope.producer].next_sequence;
    if (envelope.sequence < least) found(Finding::reordered, envelope, least, 0);
    producer_ = envelope.producer;
    stretch_first_ = envelope.sequence;
    stretch_next_ = envelope.sequence + 1;
    return true;
  }

  void mark(const Envelope& envelope) noexcept {
    // Beyond its share: end_sequence tells.
    if (envelope.sequence >= share_of(spec_.messages, envelope.producer, spec_.producers)) return;
    const std::uint64_t bit = bitmap_index(spec_, envelope.producer, envelope.sequence);
    const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
    // relaxed: the bits are read after all consumers have ended; the read-modify-write alone finds the double
    if ((control_.bitmap()[bit / 64].fetch_or(mask, std::memory_order_relaxed) & mask) != 0)
      found(Finding::duplicated, envelope, envelope.sequence, 0);
  }

  void time(const Envelope& envelope) noexcept {
    const std::uint64_t popped_ns = now_ns();
    if (envelope.producer >= spec_.producers) return;
    const Stamp& stamp = control_.stamp(envelope.producer, envelope.sequence);
    const std::uint64_t pushed_ns = stamp.pushed_ns.load(std::memory_order_acquire);  // S2: before the next
    // relaxed: the pop made the stamp visible; what can differ is that it has been overwritten since
    if (stamp.sequence.load(std::memory_order_relaxed) != envelope.sequence + 1 || popped_ns < pushed_ns)
      ++slot_.samples_missed;
    else ++histogram_[bucket_of(popped_ns - pushed_ns)];
  }

  void found(Finding kind, const Envelope& envelope, std::uint64_t expected,
             std::size_t offset_bytes) noexcept {
    const auto k = static_cast<std::size_t>(kind);
    if (slot_.findings[k]++ != 0) return;
    slot_.first[k] = {envelope.sequence, expected, now_ns(), envelope.producer,
                      static_cast<std::uint32_t>(offset_bytes)};
  }

  [[nodiscard]] std::uint64_t key_of(std::uint32_t producer) noexcept {
    if (producer != key_producer_) {
      key_producer_ = producer;
      key_ = producer_key(spec_.seed, producer);
    }
    return key_;
  }

  const Control& control_;
  const RoundSpec& spec_;
  WorkerSlot& slot_;
  std::span<Tally> tallies_;
  std::span<std::uint64_t> histogram_;
  std::uint64_t sample_mask_;
  bool accounting_;
  bool exact_;
  bool integrity_;
  std::uint64_t messages_ = 0;
  std::uint32_t producer_ = 0;
  std::uint64_t stretch_first_ = 0;
  std::uint64_t stretch_next_ = 0;
  std::uint32_t key_producer_ = UINT32_MAX;
  std::uint64_t key_ = 0;
};

}  // namespace pcbench
