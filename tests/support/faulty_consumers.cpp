// A transport whose consumers each get messages in order and together do not.
#include <array>
#include <atomic>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/shared_region.h"
#include "support/faulty_parts.h"
#include "transport/shm_mpmc_ring.h"

namespace pcbench::test {
namespace {

constexpr std::uint64_t kNobody = 0;

/// What the consumers know of the message that one of them holds back, in memory that forked workers share.
/// Pairs: H1 → H2 the holder's terms;  H3 → H4 another consumer's pop has returned.
struct Detour {
  std::atomic<std::uint64_t> holder;     // the consumer + 1, or kNobody
  std::atomic<std::uint32_t> producer;   // of the message held back
  std::atomic<std::uint64_t> passed_ns;  // when somebody's pop of a later one had returned; 0: not yet
};

/// Holds back a message until another consumer has popped a later one of its producer. One at a time.
class DetourConsumer {
 public:
  DetourConsumer(ShmMpmcRing::Consumer inner, const RoundSpec& spec, std::uint32_t index, Detour& detour)
      : inner_(std::move(inner)),
        detour_(detour),
        me_(index + 1),
        honest_(index == spec.consumers || spec.consumers < 2),
        nth_(spec),
        held_(spec.message_bytes) {}

  [[nodiscard]] ReadRun try_peek(std::uint32_t /*want*/) noexcept {
    tell_passed();
    if (holding_) return peek_holding();
    ReadRun run = inner_.try_peek(1);
    if (run.count == 0) return run;
    const Envelope envelope = envelope_of(run.first);
    if (envelope.kind == MessageKind::pill || honest_) return run;
    const std::uint64_t holder = detour_.holder.load(std::memory_order_acquire);  // H2
    if (holder != kNobody) {
      // relaxed: H2 made it visible
      passes_ = holder != me_ && detour_.producer.load(std::memory_order_relaxed) == envelope.producer;
      return run;
    }
    if (!nth_.hit()) return run;
    hold_back(run.first, envelope.producer);
    return {};
  }

  void release(std::uint32_t count) noexcept {
    if (!std::exchange(lends_held_, false)) return inner_.release(count);
    if (count == 0) return;  // it is lent again
    holding_ = due_ = false;
    detour_.holder.store(kNobody, std::memory_order_release);  // H1 → H2: there are no terms
  }

  void park(std::uint64_t timeout_ns) noexcept {
    tell_passed();
    inner_.park(timeout_ns);
  }

 private:
  /// Two calls so far apart are in order whatever the clock guard.
  static constexpr std::uint64_t kApartNs = 1'000'000;
  /// Where nothing else comes, nothing is overtaken.
  static constexpr std::uint64_t kPatienceNs = 100'000'000;

  /// Under the ring's lock: whatever others pop from here on is later.
  void hold_back(const std::byte* message, std::uint32_t producer) noexcept {
    std::memcpy(held_.data(), message, held_.size());
    held_since_ns_ = now_ns();
    detour_.passed_ns.store(0, std::memory_order_relaxed);        // relaxed: published by H1
    detour_.producer.store(producer, std::memory_order_relaxed);  // relaxed: published by H1
    detour_.holder.store(me_, std::memory_order_release);         // H1 → H2: the terms
    holding_ = true;
    inner_.release(1);
  }

  /// The pop that gives the message away begins after this one has seen that it was overtaken.
  ReadRun peek_holding() noexcept {
    if (due_) {
      lends_held_ = true;
      return {held_.data(), held_.size(), 1, PopStatus::ok};
    }
    const std::uint64_t now = now_ns();
    const std::uint64_t passed_ns = detour_.passed_ns.load(std::memory_order_acquire);  // H4
    due_ = (passed_ns != 0 && now >= passed_ns + kApartNs) || now >= held_since_ns_ + kPatienceNs;
    return {};
  }

  /// This call follows the pop that overtook: that one has returned.
  void tell_passed() noexcept {
    if (std::exchange(passes_, false))
      detour_.passed_ns.store(now_ns(), std::memory_order_release);  // H3 → H4: it has returned
  }

  ShmMpmcRing::Consumer inner_;
  Detour& detour_;
  std::uint64_t me_;
  bool honest_;          // the final drain, or there is nobody to overtake
  bool passes_ = false;  // what is lent overtakes what another one holds back
  bool holding_ = false;
  bool due_ = false;         // calls lend what is held
  bool lends_held_ = false;  // likewise, now
  std::uint64_t held_since_ns_ = 0;
  Nth nth_;
  std::vector<std::byte> held_;
};

/// What is held back is neither in the ring nor out, so nothing exact is said of empty and full.
class DetourRing {
 public:
  static constexpr Promises kPromises{.spawn_refusal = "a test has no need of it",
                                      .capacity = CapacityRule::power_of_two,
                                      .empty = Exactness::guess,
                                      .full = Exactness::guess};

  explicit DetourRing(const RoundSpec& spec)
      : spec_(spec),
        ring_(spec),
        region_(SharedRegion::create(sizeof(Detour))),
        detour_(new(region_.data()) Detour{}) {}

  [[nodiscard]] ShmMpmcRing::Producer producer(std::uint32_t index) const { return ring_.producer(index); }
  [[nodiscard]] DetourConsumer consumer(std::uint32_t index) const {
    return {ring_.consumer(index), spec_, index, *detour_};
  }
  [[nodiscard]] Effective effective() const {
    Effective effective = ring_.effective();
    effective.batch_messages = 1;
    ++effective.capacity_slots;  // in the holder's hands
    return effective;
  }
  [[nodiscard]] Handles handles() const { return ring_.handles(); }
  void drop_ends(Keep keep) noexcept { ring_.drop_ends(keep); }

 private:
  RoundSpec spec_;
  ShmMpmcRing ring_;
  SharedRegion region_;
  Detour* detour_;
};

const std::array kConsumerRows = {
    faulty_row<DetourRing>("faulty_swap_consumers", "lets another consumer's next message pass every 100th"),
};

}  // namespace

std::span<const TransportRow> faulty_consumers() noexcept { return kConsumerRows; }

}  // namespace pcbench::test
