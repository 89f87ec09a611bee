#include "run/placement.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

#include "base/affinity.h"
#include "base/clock.h"
#include "base/layout.h"
#include "wait/pause.h"

namespace pcbench {
namespace {

/// Between what was measured on virtual machines whose CPUs shared a last-level cache (150 to 410 million)
/// and whose CPUs did not (20 to 90 million).
constexpr double kNearLinesPerS = 130e6;
constexpr std::uint64_t kLines = 65'536;
constexpr std::uint64_t kBatchLines = 32;
constexpr std::uint64_t kLimitNs = 20'000'000;

struct Line {
  alignas(64) std::array<std::uint64_t, 8> words;
};

struct Ring {
  std::array<Line, 128> lines{};
  alignas(kFalseSharingBytes) std::atomic<std::uint64_t> written{0};
  alignas(kFalseSharingBytes) std::atomic<std::uint64_t> read{0};
  alignas(kFalseSharingBytes) std::atomic<bool> given_up{false};
  std::atomic<int> ready{0};
  std::uint64_t limit_ns = 0;
};

/// Spins until DONE(); false: the time is over for one of the two.
template <class Done>
bool spin_until(Ring& ring, Done done) {
  for (std::uint32_t spins = 1; !done(); ++spins) {
    cpu_pause();
    if (spins % 1024 != 0) continue;
    if (now_ns() >= ring.limit_ns)
      ring.given_up.store(true, std::memory_order_relaxed);           // relaxed: only a flag
    if (ring.given_up.load(std::memory_order_relaxed)) return false;  // relaxed: likewise
  }
  return true;
}

bool meet(Ring& ring) {
  ring.ready.fetch_add(1, std::memory_order_relaxed);  // relaxed: nothing but the number matters
  return spin_until(ring, [&] { return ring.ready.load(std::memory_order_relaxed) == 2; });
}

void write_lines(Ring& ring) {
  if (!meet(ring)) return;
  for (std::uint64_t at = 0; at < kLines; at += kBatchLines) {
    const auto room = [&] {
      // R2: the reader is done with these lines
      return at + kBatchLines - ring.read.load(std::memory_order_acquire) <= ring.lines.size();
    };
    if (!spin_until(ring, room)) return;
    for (std::uint64_t i = at; i < at + kBatchLines; ++i) ring.lines[i % ring.lines.size()].words.fill(i);
    ring.written.store(at + kBatchLines, std::memory_order_release);  // W1 → W2: the lines below are written
  }
}

/// Returns the lines per second; 0: the time was over.
double read_lines(Ring& ring) {
  if (!meet(ring)) return 0;
  const std::uint64_t begin = now_ns();
  std::uint64_t sum = 0;
  for (std::uint64_t at = 0; at < kLines; at += kBatchLines) {
    const auto written = [&] {
      return ring.written.load(std::memory_order_acquire) >= at + kBatchLines;  // W2
    };
    if (!spin_until(ring, written)) return 0;
    for (std::uint64_t i = at; i < at + kBatchLines; ++i)
      for (const std::uint64_t word : ring.lines[i % ring.lines.size()].words) sum += word;
    ring.read.store(at + kBatchLines, std::memory_order_release);  // R1 → R2: done with the lines below
  }
  const std::uint64_t end = now_ns();
  if (end >= ring.limit_ns) return 0;  // stopped after its last look at the clock
  const std::uint64_t elapsed = end - begin;
  constexpr std::uint64_t kSum = kLines * (kLines - 1) / 2 * 8;
  return sum == kSum && elapsed != 0 ? static_cast<double>(kLines) * 1e9 / static_cast<double>(elapsed) : 0;
}

}  // namespace

CpuPair first_two_cpus() {
  const std::vector<std::size_t> cpus = allowed_cpus();
  if (cpus.empty()) return {};
  return {cpus.front(), cpus[cpus.size() > 1 ? 1 : 0]};
}

std::optional<double> hand_over_lines_per_s(CpuPair cpus) noexcept {
  if (cpus.writer == cpus.reader) return std::nullopt;
  double lines_per_s = 0;
  try {
    Ring ring;
    ring.limit_ns = now_ns() + kLimitNs;
    const std::jthread writer([&] {
      bind_to_cpu(cpus.writer);
      write_lines(ring);
    });
    const std::jthread reader([&] {
      bind_to_cpu(cpus.reader);
      lines_per_s = read_lines(ring);
    });
  } catch (
      const std::exception&) {  // the system has no thread or memory left for it; a writer alone gives up
    return std::nullopt;
  }
  if (lines_per_s == 0) return std::nullopt;
  return lines_per_s;
}

bool is_near(std::optional<double> lines_per_s) noexcept { return lines_per_s >= kNearLinesPerS; }

Placement classify_placement(std::optional<double> before_lines_per_s,
                             std::optional<double> after_lines_per_s) noexcept {
  Placement placement{PlacementClass::unknown, before_lines_per_s, after_lines_per_s};
  if (!before_lines_per_s || !after_lines_per_s) return placement;
  const bool near_before = is_near(before_lines_per_s);
  const bool near_after = is_near(after_lines_per_s);
  placement.kind = near_before != near_after ? PlacementClass::mixed
                   : near_before             ? PlacementClass::near
                                             : PlacementClass::far;
  return placement;
}

}  // namespace pcbench
