#include "support/faulty_transports.h"

#include <sched.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <memory>
#include <utility>
#include <vector>

#include "base/shared_region.h"
#include "support/faulty_parts.h"
#include "transport/shm_mpmc_ring.h"

namespace pcbench::test {
namespace {

enum class Fault : std::uint8_t {
  lose,
  drop_last,
  duplicate,
  swap,
  swap_producers,
  corrupt,
  tear,
  hang,
  never_close,
  early_close,
  deliver_late,
  false_empty,
  false_full,
  over_capacity,
};

/// Moves one message at a time, so that each can be treated on its own.
template <Fault kFault>
class FaultyProducer {
 public:
  FaultyProducer(ShmMpmcRing::Producer inner, const RoundSpec& spec, std::uint32_t index, Ending& ending)
      : inner_(std::move(inner)),
        ending_(ending),
        payload_bytes_(spec.message_bytes - sizeof(Envelope)),
        quota_(spec.duration_ns == 0 ? share_of(spec.messages, index, spec.producers) : UINT64_MAX),
        nth_(spec),
        held_(spec.message_bytes) {}

  [[nodiscard]] WriteRun try_reserve(std::uint32_t /*want*/) noexcept {
    if (kFault == Fault::false_full && nth_.hit()) return {};
    const WriteRun run = inner_.try_reserve(1);
    lent_ = run.first;
    return run;
  }

  [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept {
    const Envelope envelope = envelope_of(lent_);
    if (count == 0 || envelope.kind == MessageKind::pill) return inner_.commit(count);
    const bool last = envelope.sequence + 1 == quota_;
    if (kFault == Fault::drop_last && last) return inner_.commit(0);
    if (kFault == Fault::deliver_late && last) say_closed();
    if (kFault == Fault::lose && nth_.hit()) return inner_.commit(0);
    if (kFault == Fault::corrupt && nth_.hit() && payload_bytes_ != 0)
      lent_[sizeof(Envelope) + payload_bytes_ / 2] ^= std::byte{1};
    if (kFault == Fault::tear) tear_when_due();
    if (kFault == Fault::swap) return commit_swapping(last);
    return inner_.commit(1);
  }

  [[nodiscard]] PushStatus flush() noexcept {
    if (owed_) {
      const WriteRun run = inner_.try_reserve(1);
      if (run.count == 0) return run.status;
      std::memcpy(run.first, held_.data(), held_.size());
      owed_ = false;
      (void)inner_.commit(1);
    }
    return inner_.flush();
  }

  void close() noexcept {
    if (kFault != Fault::never_close) inner_.close();
  }
  void park(std::uint64_t timeout_ns) noexcept { inner_.park(timeout_ns); }

 private:
  /// Says closed until somebody has heard it, while the last message is still in its slot.
  void say_closed() noexcept {
    ending_.announced.store(1, std::memory_order_seq_cst);
    while (ending_.told.load(std::memory_order_seq_cst) == 0) ::sched_yield();
    ending_.announced.store(0, std::memory_order_seq_cst);
  }

  /// Leaves in the second half of the payload what the message before had there.
  void tear_when_due() noexcept {
    std::byte* half = lent_ + sizeof(Envelope) + payload_bytes_ / 2;
    std::byte* before = held_.data() + (half - lent_);
    const std::size_t bytes = payload_bytes_ - payload_bytes_ / 2;
    if (nth_.hit()) std::memcpy(half, before, bytes);
    std::memcpy(before, half, bytes);
  }

  /// Holds back a message, never the last, and sends it after the next one.
  PushStatus commit_swapping(bool last) noexcept {
    if (holding_) {
      holding_ = false;
      owed_ = true;
      (void)inner_.commit(1);
      return flush();
    }
    if (!nth_.hit() || last) return inner_.commit(1);
    std::memcpy(held_.data(), lent_, held_.size());
    holding_ = true;
    return inner_.commit(0);
  }

  ShmMpmcRing::Producer inner_;
  Ending& ending_;
  std::size_t payload_bytes_;
  std::uint64_t quota_;
  Nth nth_;
  std::byte* lent_ = nullptr;
  std::vector<std::byte> held_;  // swap: the message that waits for its successor; tear: the one before
  bool holding_ = false;         // held_ is waiting for it
  bool owed_ = false;            // held_ is next
};

template <Fault kFault>
class FaultyConsumer {
 public:
  FaultyConsumer(ShmMpmcRing::Consumer inner, const RoundSpec& spec, bool honest, Ending& ending)
      : inner_(std::move(inner)), ending_(ending), honest_(honest), nth_(spec), held_(spec.message_bytes) {}

  [[nodiscard]] ReadRun try_peek(std::uint32_t /*want*/) noexcept {
    if (kFault == Fault::false_empty && !honest_ && nth_.hit()) return {};
    if (kFault == Fault::swap_producers) return peek_swapping();
    if (gone() && kFault == Fault::hang) return {};
    if (gone() && kFault == Fault::early_close) return {nullptr, 0, 0, PopStatus::closed};
    const ReadRun run = inner_.try_peek(1);
    if (kFault == Fault::deliver_late && run.count == 0 && !honest_ &&
        ending_.announced.load(std::memory_order_seq_cst) != 0) {
      if (!std::exchange(waits_, true)) return {};  // outside a wait it would look again before it leaves
      ending_.told.fetch_add(1, std::memory_order_seq_cst);
      return {nullptr, 0, 0, PopStatus::closed};
    }
    data_ = run.count != 0 && envelope_of(run.first).kind != MessageKind::pill;
    return run;
  }

  void release(std::uint32_t count) noexcept {
    if (lends_held_) {
      lends_held_ = false;
      return;
    }
    const bool hit = data_ && count != 0 && nth_.hit();
    inner_.release(kFault == Fault::duplicate && hit && !honest_ ? 0 : count);
  }

  void park(std::uint64_t timeout_ns) noexcept {
    if (gone() && kFault == Fault::hang) {
      const timespec pause{0, static_cast<long>(timeout_ns)};
      ::nanosleep(&pause, nullptr);
    } else {
      inner_.park(timeout_ns);
    }
  }

 private:
  static constexpr std::uint32_t kHeldFor = 32;

  [[nodiscard]] bool gone() const noexcept { return nth_.past() && !honest_; }

  static bool of_others(const std::byte* message, const std::byte* held) noexcept {
    const Envelope envelope = envelope_of(message);
    return envelope.kind != MessageKind::pill && envelope.producer != envelope_of(held).producer;
  }

  /// Holds back a message that another producer's follows, until its own producer's next one; not for long.
  ReadRun peek_swapping() noexcept {
    ReadRun run = inner_.try_peek(holding_ ? 1 : 2);
    if (!holding_ && run.count == 2 && envelope_of(run.first).kind != MessageKind::pill &&
        of_others(run.first + run.stride, run.first)) {
      std::memcpy(held_.data(), run.first, held_.size());
      inner_.release(1);
      holding_ = true;
      passed_ = 0;
      run = inner_.try_peek(1);
    }
    run.count = std::min(run.count, 1U);
    if (!holding_ || (run.count != 0 && of_others(run.first, held_.data()) && passed_++ < kHeldFor))
      return run;
    if (run.count != 0) inner_.release(0);
    holding_ = false;
    lends_held_ = true;
    return {held_.data(), held_.size(), 1, PopStatus::ok};
  }

  ShmMpmcRing::Consumer inner_;
  Ending& ending_;
  bool honest_;  // the final drain finds what is inside
  bool data_ = false;
  bool waits_ = false;  // deliver_late: has been told empty since the end was announced
  Nth nth_;
  std::vector<std::byte> held_;  // swap_producers: the message that others may pass
  bool holding_ = false;
  bool lends_held_ = false;
  std::uint32_t passed_ = 0;
};

template <Fault kFault>
class FaultyRing {
 public:
  static constexpr Promises kPromises = ShmMpmcRing::kPromises;

  explicit FaultyRing(const RoundSpec& spec) : spec_(spec), ring_(roomy(spec)) {}
  FaultyRing(const RoundSpec& spec, const Handles& handles) : spec_(spec), ring_(spec, handles) {}

  [[nodiscard]] FaultyProducer<kFault> producer(std::uint32_t index) const {
    return {ring_.producer(index), spec_, index, ending()};
  }
  [[nodiscard]] FaultyConsumer<kFault> consumer(std::uint32_t index) const {
    return {ring_.consumer(index), spec_, index == spec_.consumers, ending()};
  }
  [[nodiscard]] Effective effective() const {
    Effective effective = ring_.effective();
    effective.batch_messages = 1;
    if (kFault == Fault::over_capacity) effective.capacity_slots /= 2;
    return effective;
  }
  [[nodiscard]] Handles handles() const { return ring_.handles(); }
  void drop_ends(Keep keep) noexcept { ring_.drop_ends(keep); }

 private:
  static RoundSpec roomy(RoundSpec spec) {
    if (kFault == Fault::over_capacity) spec.capacity_slots *= 2;
    return spec;
  }

  [[nodiscard]] Ending& ending() const noexcept { return *reinterpret_cast<Ending*>(ending_.data()); }

  RoundSpec spec_;
  ShmMpmcRing ring_;
  SharedRegion ending_ = SharedRegion::create(sizeof(Ending));
};

constexpr std::array<std::string_view, 5> kRates = {"hundredth", "100", "1000", "10000", "1000000"};
constexpr OptionRow kEvery{"every", "at each hundredth message, or at random at one in so many", kRates};

template <Fault kFault>
TransportRow row(std::string_view name, std::string_view help) {
  return faulty_row<FaultyRing<kFault>>(name, help, &kEvery);
}

const std::array kRows = {
    row<Fault::lose>("faulty_lose", "loses every 100th message of a producer"),
    row<Fault::drop_last>("faulty_drop_last", "loses each producer's last message"),
    row<Fault::duplicate>("faulty_duplicate", "gives every 100th message of a consumer twice"),
    row<Fault::swap>("faulty_swap", "swaps two neighbours of a producer at every 100th"),
    row<Fault::swap_producers>("faulty_swap_producers",
                               "lets others' messages pass where producers take turns"),
    row<Fault::false_empty>("faulty_false_empty", "says empty at every 100th look"),
    row<Fault::false_full>("faulty_false_full", "says full at every 100th push"),
    row<Fault::over_capacity>("faulty_over_capacity", "has twice the room it says"),
    row<Fault::corrupt>("faulty_corrupt", "flips a payload bit of every 100th message"),
    row<Fault::tear>("faulty_tear", "leaves half of an older payload in every 100th message"),
    row<Fault::hang>("faulty_hang", "gives a consumer nothing any more after 100 messages"),
    row<Fault::never_close>("faulty_never_close", "does not close"),
    row<Fault::early_close>("faulty_early_close", "says closed to a consumer after 100 messages"),
    row<Fault::deliver_late>("faulty_deliver_late", "delivers a message after it has said closed"),
};

}  // namespace

std::span<const TransportRow> faulty_transports() noexcept { return kRows; }

}  // namespace pcbench::test
