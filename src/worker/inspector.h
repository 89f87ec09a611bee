// Inspector: judges nothing, but notes of every popped message what a judge needs; O(1) memory per producer.
//
// Messages of one producer mostly come in contiguous sequences. The inspector keeps the current stretch
// [first, next) and books it as a whole when it ends, bitmap included: exact, for one comparison a message.
// What merely continues the stretch is passed in a loop that keeps all it needs in registers; whatever is
// special about a message (another producer, a gap, a pill, a wrong byte, a sample) is looked at singly.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
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
        responses_(control.responses(consumer)),
        bitmap_(control.bitmap()),
        sample_mask_(spec_.sample_every == 0 ? 0 : spec_.sample_every - 1),
        sampled_(spec_.sample_every == 0 ? 1 : 0),
        next_sampled_(spec_.sample_every == 0 ? UINT64_MAX : 0),
        accounting_(spec_.verify != Verify::none),
        integrity_(spec_.integrity == Integrity::all) {}

  /// Data messages seen so far.
  [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }

  /// Notes the messages of RUN in order, up to and including a pill after which STOP says that it is over
  /// (then sets OVER). Returns how many it went through. Only a single plain message is passed inline: a call
  /// would cost more than it takes, and what else stood here would take its registers.
  [[gnu::always_inline]] std::uint32_t inspect(const ReadRun& run, ConsumerStop& stop, bool& over) noexcept {
    if (run.count == 1 && pass_one(run.first)) [[likely]]
      return 1;
    return inspect_run(run.first, run.stride, run.count, stop, over);
  }

  /// Books the current stretch, so that the shared evidence holds all that was seen: before waiting and at
  /// the end. Not in between: what a killed consumer had seen but its endpoint had not yet given back would
  /// count twice, by its tally and by the drain.
  void settle() noexcept {
    slot_.payload_fold = fold_[0] ^ fold_[1];
    if (stretch_next_ == stretch_first_) return;
    if (producer_ >= spec_.producers) return settle_of_nobody();
    Tally& tally = tallies_[producer_];
    tally.count += stretch_next_ - stretch_first_;
    tally.sum += run_sum(key_, stretch_first_, stretch_next_);
    tally.next_sequence = stretch_next_;
    tally.end_sequence = std::max(tally.end_sequence, stretch_next_);
    if (!bitmap_.empty()) mark(stretch_first_, stretch_next_);
    stretch_first_ = stretch_next_;
  }

 private:
  /// Passes MESSAGE if it needs no special note.
  [[gnu::always_inline]] bool pass_one(const std::byte* message) noexcept {
    const std::uint64_t sequence = stretch_next_;
    if (!accounting_ || sequence >= next_sampled_ || !is_at(message, sequence, who())) return false;
    const std::byte* payload = message + sizeof(Envelope);
    const auto is_intact = [&](auto bytes) {
      if (integrity_) return !differs(payload_difference(payload, bytes, payload_key(key_, sequence)));
      fold_ ^= fold_pairs(payload, bytes);
      return true;
    };
    if (!with_payload_bytes(spec_.payload_bytes, is_intact)) return false;
    ++messages_;
    ++stretch_next_;
    return true;
  }

  /// Passes those of COUNT messages that need no special note, up to the first that does. Returns how many.
  std::uint32_t pass_plain(const std::byte* message, std::size_t stride, std::uint32_t count) noexcept {
    if (!accounting_) [[unlikely]]
      return pass_uncounted(message, stride, count);
    const std::uint64_t untimed = std::min<std::uint64_t>(count, next_sampled_ - stretch_next_);
    const std::uint64_t passed = with_payload_bytes(
        spec_.payload_bytes, [&](auto bytes) { return pass_stretch(message, stride, untimed, bytes); });
    messages_ += passed;
    stretch_next_ += passed;
    return static_cast<std::uint32_t>(passed);
  }

  /// Passes those of COUNT messages of BYTES of payload that continue the stretch. Returns how many.
  [[gnu::always_inline]] std::uint64_t pass_stretch(const std::byte* message, std::size_t stride,
                                                    std::uint64_t count, std::size_t bytes) noexcept {
    const std::uint64_t first = stretch_next_;
    const std::uint64_t expected = who();
    const std::byte* at = message;
    std::uint64_t passed = 0;
    const auto goes_on = [&] { return passed < count && is_at(at, first + passed, expected); };
    WordPair all = {0, 0};
    if (integrity_) {
      for (; goes_on(); ++passed, at += stride)
        all |= payload_difference(at + sizeof(Envelope), bytes, payload_key(key_, first + passed));
      if (differs(all)) [[unlikely]]
        note_wrong_among(message, stride, passed);
    } else {
      for (; goes_on(); ++passed, at += stride) all ^= fold_pairs(at + sizeof(Envelope), bytes);
      fold_ ^= all;
    }
    return passed;
  }

  using Halves = std::array<std::uint64_t, 2>;  // of an envelope
  std::uint64_t who() const noexcept {          // sends data in the stretch: the second half
    return std::bit_cast<Halves>(Envelope{0, producer_, MessageKind::data})[1];
  }

  /// Whether the envelope at MESSAGE says SEQUENCE and, in its second half, WHO.
  static bool is_at(const std::byte* message, std::uint64_t sequence, std::uint64_t who) noexcept {
    const auto halves = std::bit_cast<Halves>(envelope_of(message));
    return ((halves[0] ^ sequence) | (halves[1] ^ who)) == 0;
  }

  /// Notes which of COUNT messages that continue the stretch, the first at MESSAGE, have a wrong byte. One
  /// had: where a broken transport has put it right by now, it is said to be the first.
  [[gnu::noinline]] void note_wrong_among(const std::byte* message, std::size_t stride,
                                          std::uint64_t count) noexcept {
    if (producer_ >= spec_.producers) return;  // what nobody sent is unexpected, right or wrong
    bool noted = false;
    const auto wrong_at = [&](std::uint64_t sequence, std::size_t at) {
      found(Finding::corrupted, producer_, sequence, sequence, static_cast<std::uint32_t>(at));
      noted = true;
    };
    for (std::uint64_t i = 0; i < count; ++i, message += stride) {
      const std::uint64_t sequence = stretch_next_ + i;
      const std::size_t wrong =
          first_wrong_byte(message + sizeof(Envelope), spec_.payload_bytes, payload_key(key_, sequence));
      if (wrong != kIntact) wrong_at(sequence, wrong);
    }
    if (!noted) wrong_at(stretch_next_, spec_.payload_bytes - 1);
  }

  /// As pass_plain where nothing is counted: messages may come in any order. Returns how many it passed.
  [[gnu::noinline]] std::uint32_t pass_uncounted(const std::byte* message, std::size_t stride,
                                                 std::uint32_t count) noexcept {
    std::uint32_t i = 0;
    for (; i < count; ++i, message += stride) {
      const Envelope envelope = envelope_of(message);
      const std::byte* payload = message + sizeof envelope;
      if (envelope.kind != MessageKind::data || (integrity_ && envelope.producer != producer_)) break;
      if ((envelope.sequence & sample_mask_) == sampled_) break;
      if (!integrity_) fold_ ^= fold_pairs(payload, spec_.payload_bytes);
      else if (differs(
                   payload_difference(payload, spec_.payload_bytes, payload_key(key_, envelope.sequence))))
        break;
    }
    messages_ += i;
    return i;
  }

  /// Gets the run in parts that fit in registers: from memory it would be read before it is there.
  [[gnu::noinline]] std::uint32_t inspect_run(const std::byte* first, std::size_t stride, std::uint32_t count,
                                              ConsumerStop& stop, bool& over) noexcept {
    for (std::uint32_t done = 0;; ++done) {
      done += pass_plain(first + done * stride, stride, count - done);
      if (done == count) return done;
      look_at(first + done * stride, stop, over);
      if (over) return done + 1;
    }
  }

  void look_at(const std::byte* message, ConsumerStop& stop, bool& over) noexcept {
    const Envelope envelope = envelope_of(message);
    const bool in_burst = envelope.kind == MessageKind::logged_data && spec_.burst_every_ns != 0;
    if (envelope.kind == MessageKind::data || in_burst) {
      note(envelope, message + sizeof envelope);
    } else if (envelope.kind == MessageKind::pill && envelope.producer < spec_.producers) {
      ++slot_.pills;
      over = stop.on_pill();
    } else {
      found(Finding::unexpected, envelope.producer, envelope.sequence, 0);
    }
  }

  void note(const Envelope& envelope, const std::byte* payload) noexcept {
    ++messages_;
    if (envelope.producer >= spec_.producers) {
      found(Finding::unexpected, envelope.producer, envelope.sequence, 0);
      return;
    }
    if (envelope.producer != producer_ || (accounting_ && envelope.sequence != stretch_next_))
      begin_stretch(envelope);
    if (accounting_) ++stretch_next_;
    if (integrity_) {
      const std::size_t wrong =
          first_wrong_byte(payload, spec_.payload_bytes, payload_key(key_, envelope.sequence));
      if (wrong != kIntact)
        found(Finding::corrupted, envelope.producer, envelope.sequence, envelope.sequence,
              static_cast<std::uint32_t>(wrong));
    } else {
      fold_ ^= fold_pairs(payload, spec_.payload_bytes);
    }
    if ((envelope.sequence & sample_mask_) == sampled_) time(envelope);
    note_next_sample();
  }

  /// A run of the stretch ends before the next message that is timed.
  void note_next_sample() noexcept {
    if (spec_.sample_every != 0) next_sampled_ = (stretch_next_ + sample_mask_) & ~sample_mask_;
  }

  /// Before the first message there is no producer, and a message that says so seems to go on with it.
  [[gnu::noinline]] void settle_of_nobody() noexcept {
    found(Finding::unexpected, producer_, stretch_first_, stretch_first_, 0, stretch_next_ - stretch_first_);
    stretch_first_ = stretch_next_;
  }

  /// The stretch ended: books it and begins an empty one at ENVELOPE.
  void begin_stretch(const Envelope& envelope) noexcept {
    settle();
    if (envelope.producer != producer_) key_ = producer_key(spec_.seed, envelope.producer);
    producer_ = envelope.producer;
    if (!accounting_) return;
    const std::uint64_t least = tallies_[producer_].next_sequence;
    if (envelope.sequence < least) found(Finding::reordered, producer_, envelope.sequence, least);
    stretch_first_ = stretch_next_ = envelope.sequence;
  }

  /// Sets the bits of sequences [FIRST, END) of the stretch's producer; whatever is set already came twice.
  void mark(std::uint64_t first, std::uint64_t end) noexcept {
    const std::uint64_t share = share_of(spec_.messages, producer_, spec_.producers);
    end = std::min(end, share);  // beyond it end_sequence tells
    const std::uint64_t base = bitmap_index(spec_, producer_, 0);
    while (first < end) {
      const std::uint64_t shift = (base + first) % 64;
      const std::uint64_t count = std::min(64 - shift, end - first);
      const std::uint64_t mask = UINT64_MAX >> (64 - count) << shift;
      std::atomic<std::uint64_t>& word = bitmap_[(base + first) / 64];
      // relaxed: only the bits count, and they are read after all workers have ended
      const std::uint64_t twice = word.fetch_or(mask, std::memory_order_relaxed) & mask;
      if (twice != 0) {
        const std::uint64_t sequence = first + static_cast<std::uint64_t>(std::countr_zero(twice)) - shift;
        found(Finding::duplicated, producer_, sequence, sequence, 0,
              static_cast<std::uint64_t>(std::popcount(twice)));
      }
      first += count;
    }
  }

  void time(const Envelope& envelope) noexcept {
    const std::uint64_t popped_ns = now_ns();
    const Stamp& stamp = control_.stamp(envelope.producer, envelope.sequence);
    const std::uint64_t pushed_ns = stamp.pushed_ns.load(std::memory_order_acquire);  // S2: before the next
    const std::uint64_t intended_ns = responses_.empty()
                                          ? pushed_ns
                                          : control_.intended(envelope.producer, envelope.sequence)
                                                .load(std::memory_order_acquire);  // S2: likewise
    // relaxed: the pop made the stamp visible; what can differ is that it has been overwritten since
    if (stamp.sequence.load(std::memory_order_relaxed) != envelope.sequence + 1 || popped_ns < pushed_ns)
      ++slot_.samples_missed;
    else {
      ++histogram_[bucket_of(popped_ns - pushed_ns)];
      if (!responses_.empty()) ++responses_[bucket_of(popped_ns - intended_ns)];
    }
  }

  void found(Finding kind, std::uint32_t producer, std::uint64_t sequence, std::uint64_t expected,
             std::uint32_t offset_bytes = 0, std::uint64_t count = 1) noexcept {
    const auto k = static_cast<std::size_t>(kind);
    if (slot_.findings[k] == 0) slot_.first[k] = {sequence, expected, now_ns(), producer, offset_bytes};
    slot_.findings[k] += count;
  }

  const Control& control_;
  const RoundSpec& spec_;
  WorkerSlot& slot_;
  std::span<Tally> tallies_;
  std::span<std::uint64_t> histogram_;
  std::span<std::uint64_t> responses_;            // empty in a closed loop
  std::span<std::atomic<std::uint64_t>> bitmap_;  // empty unless verify is exact
  std::uint64_t sample_mask_;
  std::uint64_t sampled_;       // what a sampled sequence is under the mask; 1 under mask 0: none is
  std::uint64_t next_sampled_;  // of the stretch's producer, not below stretch_next_
  bool accounting_;
  bool integrity_;
  std::uint64_t messages_ = 0;
  std::uint32_t producer_ = UINT32_MAX;  // of the current stretch
  std::uint64_t key_ = 0;                // of that producer
  std::uint64_t stretch_first_ = 0;
  std::uint64_t stretch_next_ = 0;
  WordPair fold_ = {0, 0};  // integrity off: of every payload
};

}  // namespace pcbench
