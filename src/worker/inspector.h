// Inspector: judges nothing, but notes of every popped message what a judge needs; O(1) memory per producer.
//
// Messages of one producer mostly come in contiguous sequences. The inspector keeps the current stretch
// [first, next) and books it as a whole when it ends, bitmap included: exact, for one comparison a message.
// What merely continues the stretch is passed in a loop that keeps all it needs in registers; whatever is
// special about a message (another producer, a gap, a pill, a wrong byte, a sample) is looked at singly.
#pragma once

#include <algorithm>
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
        accounting_(spec_.verify != Verify::none),
        integrity_(spec_.integrity == Integrity::all) {}

  /// Data messages seen so far.
  [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }

  /// Notes the messages of RUN in order, up to and including a pill after which STOP says that it is over
  /// (then sets OVER). Returns how many it went through. Inlined, with all that is special out of the way:
  /// at one message a call, calling it would cost more than what it does.
  [[gnu::always_inline]] std::uint32_t inspect(ReadRun run, ConsumerStop& stop, bool& over) noexcept {
    const std::uint32_t done = pass_plain(run, 0);
    if (done == run.count) [[likely]]
      return done;
    return inspect_rest(run, done, stop, over);
  }

  /// Books the current stretch, so that the shared evidence holds all that was seen: before waiting and at
  /// the end. Not in between: what a killed consumer had seen but its endpoint had not yet given back would
  /// count twice, by its tally and by the drain.
  void settle() noexcept {
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
  /// Passes the messages of RUN from the one at BEGIN on that need no special note. Returns where it stopped.
  [[gnu::always_inline]] std::uint32_t pass_plain(ReadRun run, std::uint32_t begin) noexcept {
    const std::size_t bytes = spec_.payload_bytes;
    const std::uint64_t key = key_;
    const std::uint32_t producer = producer_;
    const bool keyed = accounting_ || integrity_;  // else it does not matter whose message it is
    std::uint64_t next = stretch_next_;
    std::uint64_t fold = 0;
    std::uint32_t i = begin;
    const std::byte* message = run.first + begin * run.stride;
    for (; i < run.count; ++i, ++next, message += run.stride) {
      const Envelope envelope = envelope_of(message);
      const std::byte* payload = message + sizeof envelope;
      if (envelope.kind != MessageKind::data || (keyed && envelope.producer != producer)) break;
      if (accounting_ && envelope.sequence != next) break;
      if ((envelope.sequence & sample_mask_) == sampled_) break;
      if (!integrity_) fold ^= fold_payload(payload, bytes);
      else if (first_wrong_byte(payload, bytes, payload_key(key, envelope.sequence)) != kIntact) break;
    }
    messages_ += i - begin;
    if (accounting_) stretch_next_ = next;
    if (!integrity_) slot_.payload_fold ^= fold;
    return i;
  }

  [[gnu::noinline]] std::uint32_t inspect_rest(ReadRun run, std::uint32_t done, ConsumerStop& stop,
                                               bool& over) noexcept {
    while (done < run.count) {
      look_at(run.first + done * run.stride, stop, over);
      ++done;
      if (over) break;
      done = pass_plain(run, done);
    }
    return done;
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
      slot_.payload_fold ^= fold_payload(payload, spec_.payload_bytes);
    }
    if ((envelope.sequence & sample_mask_) == sampled_) time(envelope);
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
  std::uint64_t sampled_;  // what a sampled sequence is under the mask; 1 under mask 0: none is
  bool accounting_;
  bool integrity_;
  std::uint64_t messages_ = 0;
  std::uint32_t producer_ = UINT32_MAX;  // of the current stretch
  std::uint64_t key_ = 0;                // of that producer
  std::uint64_t stretch_first_ = 0;
  std::uint64_t stretch_next_ = 0;
};

}  // namespace pcbench
