#include "doctor/limits.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <functional>
#include <thread>

#include "base/affinity.h"
#include "base/futex.h"
#include "base/layout.h"
#include "base/shared_region.h"
#include "wait/pause.h"
#include "worker/payload.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kTryLimitNs = 200'000'000;
constexpr std::uint64_t kTriesNs = 100'000'000;  // after which there is no further one
constexpr int kTries = 5;

/// Ends two threads that wait for each other when their time is over.
class GiveUp {
 public:
  /// Spins until DONE(). False: the time is over, for one of the two.
  template <class Done>
  bool spin_until(Done done) noexcept {
    for (std::uint32_t spins = 1; !done(); ++spins) {
      cpu_pause();
      if (spins % 1024 == 0 && over()) return false;
    }
    return true;
  }
  [[nodiscard]] bool over() noexcept {
    if (now_ns() >= limit_ns_) over_.store(true, std::memory_order_relaxed);  // relaxed: only a flag
    return over_.load(std::memory_order_relaxed);                             // relaxed: likewise
  }
  [[nodiscard]] bool both_are_here() noexcept {
    here_.fetch_add(1, std::memory_order_relaxed);  // relaxed: nothing but the number matters
    return spin_until([&] { return here_.load(std::memory_order_relaxed) == 2; });
  }

 private:
  std::uint64_t limit_ns_ = now_ns() + kTryLimitNs;
  alignas(kFalseSharingBytes) std::atomic<bool> over_{false};
  std::atomic<int> here_{0};
};

using Part = std::function<bool(GiveUp&)>;

/// Runs FIRST and SECOND at once, on CPUS. Returns the ns from the start of both until SECOND was done;
/// nullopt: one of them gave up.
std::optional<std::uint64_t> at_once(std::array<std::size_t, 2> cpus, const Part& first, const Part& second) {
  GiveUp give_up;
  std::uint64_t elapsed_ns = 0;
  {
    const std::jthread one([&] {
      bind_to_cpu(cpus[0]);
      if (give_up.both_are_here()) first(give_up);
    });
    const std::jthread other([&] {
      bind_to_cpu(cpus[1]);
      if (!give_up.both_are_here()) return;
      const std::uint64_t began_ns = now_ns();
      if (second(give_up)) elapsed_ns = now_ns() - began_ns;
    });
  }
  return elapsed_ns == 0 ? std::nullopt : std::optional(elapsed_ns);
}

std::optional<std::array<std::size_t, 2>> two_cpus() {
  const std::vector<std::size_t> cpus = allowed_cpus();
  if (cpus.size() < 2) return std::nullopt;
  return std::array{cpus[0], cpus[1]};
}

/// The least of what MEASURE() gives in several tries.
template <class Measure>
auto best_of_tries(Measure measure) -> decltype(measure()) {
  const std::uint64_t end_ns = now_ns() + kTriesNs;
  auto best = measure();
  for (int i = 1; i < kTries && best && now_ns() < end_ns; ++i)
    if (const auto next = measure(); next && *next < *best) best = next;
  return best;
}

struct RingEnds {
  alignas(kFalseSharingBytes) std::atomic<std::uint64_t> written{0};
  alignas(kFalseSharingBytes) std::atomic<std::uint64_t> read{0};
};

/// Where the lines of a batch lie in the ring, and where a side that copies makes or reads them: in memory of
/// its own, as long as a batch; nullptr: in the ring.
struct Place {
  std::byte* slots;
  std::byte* own;

  [[nodiscard]] std::byte* of(const LineRing& ring, std::uint64_t line) const noexcept {
    return slots + (line & (ring.slots - 1)) * kLineBytes;
  }
};

bool write_lines(GiveUp& give_up, RingEnds& ends, const Place& place, const LineRing& ring,
                 std::uint64_t end) {
  const std::uint64_t bytes = ring.batch * kLineBytes;
  std::uint64_t read = 0;
  for (std::uint64_t begin = 0; begin < end; begin += ring.batch) {
    const auto room = [&] {
      if (begin + ring.batch - read <= ring.slots) return true;
      read = ends.read.load(std::memory_order_acquire);  // R2: the reader is done with these lines
      return begin + ring.batch - read <= ring.slots;
    };
    if (!give_up.spin_until(room)) return false;
    std::byte* const slots = place.of(ring, begin);
    std::byte* const lines = place.own == nullptr ? slots : place.own;
    for (std::uint64_t at = 0; at < bytes; at += kLineBytes)
      fill_payload(lines + at, kLineBytes, begin + at / kLineBytes);
    if (place.own != nullptr) std::memcpy(slots, lines, bytes);
    ends.written.store(begin + ring.batch,
                       std::memory_order_release);  // W1 → W2: the lines below are written
  }
  return true;
}

bool read_lines(GiveUp& give_up, RingEnds& ends, const Place& place, const LineRing& ring,
                std::uint64_t end) {
  const std::uint64_t bytes = ring.batch * kLineBytes;
  std::uint64_t fold = 0;
  std::uint64_t written = 0;
  std::uint64_t freed = 0;
  for (std::uint64_t begin = 0; begin < end; begin += ring.batch) {
    const auto there = [&] {
      if (written >= begin + ring.batch) return true;
      written = ends.written.load(std::memory_order_acquire);  // W2
      return written >= begin + ring.batch;
    };
    if (!give_up.spin_until(there)) return false;
    const std::byte* lines = place.of(ring, begin);
    if (place.own != nullptr) lines = static_cast<const std::byte*>(std::memcpy(place.own, lines, bytes));
    for (std::uint64_t at = 0; at < bytes; at += kLineBytes) fold ^= fold_payload(lines + at, kLineBytes);
    if (begin + ring.batch - freed < ring.slots / 4) continue;
    freed = begin + ring.batch;
    ends.read.store(freed, std::memory_order_release);  // R1 → R2: done with the lines below
  }
  asm volatile("" ::"r"(fold));  // the compiler may not skip the reading
  return true;
}

enum class Handing : std::uint8_t { in_place, copied };

std::optional<std::uint64_t> hand_over_ns(std::array<std::size_t, 2> cpus, const LineRing& ring,
                                          std::uint64_t lines, Handing handing) {
  const std::uint64_t batch_bytes = ring.batch * kLineBytes;
  const SharedRegion region = SharedRegion::create(ring.footprint_bytes() + 2 * batch_bytes);
  region.prefault();
  std::byte* const own = region.data() + ring.footprint_bytes();
  const bool copied = handing == Handing::copied;
  const Place writers{region.data(), copied ? own : nullptr};
  const Place readers{region.data(), copied ? own + batch_bytes : nullptr};
  RingEnds ends;
  const std::uint64_t end = lines / ring.batch * ring.batch;
  return at_once(
      cpus, [&](GiveUp& give_up) { return write_lines(give_up, ends, writers, ring, end); },
      [&](GiveUp& give_up) { return read_lines(give_up, ends, readers, ring, end); });
}

std::optional<double> lines_per_s(const LineRing& ring) {
  const std::uint64_t lines = std::max<std::uint64_t>(4 * ring.slots, 1U << 16U);
  const auto ns = best_of_tries([&] { return hand_over_ns(ring, lines); });
  if (!ns) return std::nullopt;
  return static_cast<double>(lines) * 1e9 / static_cast<double>(*ns);
}

/// What one of KTURNS turns of TAKE_TURN takes, there and back, halved.
template <class TakeTurn>
std::optional<double> half_a_turn_ns(std::array<std::size_t, 2> cpus, std::uint64_t turns,
                                     TakeTurn take_turn) {
  const auto side = [&](std::uint64_t parity) -> Part {
    return [parity, turns, &take_turn](GiveUp& give_up) {
      for (std::uint64_t turn = 0; turn < turns; ++turn)
        if (!take_turn(give_up, 2 * turn + parity)) return false;
      return true;
    };
  };
  const auto ns = at_once(cpus, side(0), side(1));
  if (!ns) return std::nullopt;
  return static_cast<double>(*ns) / static_cast<double>(2 * turns);
}

}  // namespace

std::optional<std::uint64_t> hand_over_ns(const LineRing& ring, std::uint64_t lines) {
  const auto cpus = two_cpus();
  if (!cpus) return std::nullopt;
  const auto in_place = hand_over_ns(*cpus, ring, lines, Handing::in_place);
  if (!in_place || ring.batch == 1) return in_place;
  const auto copied = hand_over_ns(*cpus, ring, lines, Handing::copied);
  return copied ? std::min(*in_place, *copied) : in_place;
}

std::optional<double> line_latency_ns() {
  const auto cpus = two_cpus();
  if (!cpus) return std::nullopt;
  return best_of_tries([&] {
    alignas(kFalseSharingBytes) std::atomic<std::uint64_t> turn{0};
    return half_a_turn_ns(*cpus, 5'000, [&turn](GiveUp& give_up, std::uint64_t mine) {
      for (std::uint32_t looks = 1; turn.load(std::memory_order_acquire) != mine; ++looks)  // L2
        if (looks % 65'536 == 0 && give_up.over()) return false;
      turn.store(mine + 1, std::memory_order_release);  // L1 → L2: whose turn it is
      return true;
    });
  });
}

std::optional<double> wake_up_ns(bool same_cpu) {
  const std::vector<std::size_t> allowed = allowed_cpus();
  if (allowed.size() < (same_cpu ? 1 : 2)) return std::nullopt;
  const std::array cpus = {allowed[0], allowed[same_cpu ? 0 : 1]};
  return best_of_tries([&] {
    std::atomic<std::uint32_t> turn{0};
    return half_a_turn_ns(cpus, 200, [&turn](GiveUp& give_up, std::uint64_t mine) {
      const auto wanted = static_cast<std::uint32_t>(mine);
      for (std::uint32_t seen = turn.load(std::memory_order_acquire); seen != wanted;  // L2
           seen = turn.load(std::memory_order_acquire)) {                              // L2
        futex_wait(turn, seen, 100'000'000);
        if (give_up.over()) return false;
      }
      turn.store(wanted + 1, std::memory_order_release);  // L1 → L2: whose turn it is
      futex_wake(turn, 1);
      return true;
    });
  });
}

Limits measure_limits() {
  Limits limits;
  limits.line_latency_ns = line_latency_ns();
  for (const std::uint64_t kib : {8U, 128U, 1024U, 4096U})
    for (const std::uint64_t batch : {1U, 32U, 256U}) {
      const std::uint64_t slots = kib * 1024 / kLineBytes;
      if (batch <= slots / 2) limits.hand_over.push_back({{slots, batch}, lines_per_s({slots, batch})});
    }
  limits.wake_up_same_cpu_ns = wake_up_ns(true);
  limits.wake_up_other_cpu_ns = wake_up_ns(false);
  limits.clock = measure_clock();
  return limits;
}

}  // namespace pcbench
