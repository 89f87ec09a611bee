#include "run/clock_skew.h"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <exception>
#include <limits>
#include <new>
#include <vector>

#include "base/affinity.h"
#include "base/clock.h"
#include "base/layout.h"
#include "base/shared_region.h"

namespace pcbench {
namespace {

constexpr std::uint32_t kExchanges = 2000;
constexpr std::uint64_t kPairLimitNs = 2'000'000'000;  // a busy machine may need some of it to begin
constexpr int kSpinsPerYield = 256;                    // the other side may not be running at all

#if defined(__x86_64__)
// The log's barriers empty the store buffer before the clock is read.
constexpr std::uint64_t kStoresLinger = 0;
#else
// No such promise elsewhere: ample time for stores to be seen.
constexpr std::uint64_t kStoresLinger = 1000;
#endif

using Difference = std::int64_t;
constexpr Difference kUnmeasured = std::numeric_limits<Difference>::max();

/// One direction: the newest letter, and the least difference between its date and the receiver's clock.
struct alignas(kFalseSharingBytes) Mailbox {
  std::atomic<std::uint32_t> letters;
  std::uint64_t sent_ns;
  Difference least;
};
struct Exchange {
  Mailbox there;
  Mailbox back;
};

void send(Mailbox& box, std::uint32_t number, ClockReading read_ns) noexcept {
  box.sent_ns = read_ns();
  box.letters.store(number, std::memory_order_release);  // K1 → K2: its date
}

/// False: it does not come before LIMIT_NS.
bool receive(Mailbox& box, std::uint32_t number, std::uint64_t limit_ns, ClockReading read_ns) noexcept {
  for (int spins = 1; box.letters.load(std::memory_order_acquire) != number; ++spins) {  // K2
    if (spins % kSpinsPerYield != 0) continue;
    if (now_ns() > limit_ns) return false;
    ::sched_yield();
  }
  box.least = std::min(box.least, static_cast<Difference>(read_ns() - box.sent_ns));
  return true;
}

/// The far side, a process of its own.
[[noreturn]] void answer(Exchange& exchange, std::size_t cpu, std::uint64_t limit_ns,
                         ClockReading read_ns) noexcept {
  bind_to_cpu(cpu);
  for (std::uint32_t i = 1; i <= kExchanges && receive(exchange.there, i, limit_ns, read_ns); ++i)
    send(exchange.back, i, read_ns);
  ::_exit(0);
}

/// Exchanges messages with a process on CPU FAR. Requires: the caller is bound to another one.
void exchange_with(std::size_t far, Exchange& exchange, ClockReading read_ns) noexcept {
  exchange.there.least = exchange.back.least = kUnmeasured;
  const std::uint64_t limit_ns = now_ns() + kPairLimitNs;
  const pid_t child = ::fork();
  if (child < 0) return;
  if (child == 0) answer(exchange, far, limit_ns, read_ns);
  for (std::uint32_t i = 1; i <= kExchanges; ++i) {
    send(exchange.there, i, read_ns);
    if (!receive(exchange.back, i, limit_ns, read_ns)) break;
  }
  ::kill(child, SIGKILL);  // it has sent its last letter, or its time is over
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

ClockSkew measure(const std::vector<std::size_t>& cpus, ClockReading read_ns) {
  const SharedRegion region = SharedRegion::create(sizeof(Exchange));
  std::uint64_t largest = 0;  // distances to the first CPU: between two others lie at most two of them
  std::uint64_t second = 0;
  for (std::size_t i = 1; i < cpus.size(); ++i) {
    Exchange& exchange = *new (region.data()) Exchange{};
    bind_to_cpu(cpus.front());
    exchange_with(cpus[i], exchange, read_ns);
    const Difference there = exchange.there.least;
    const Difference back = exchange.back.least;
    if (there == kUnmeasured || back == kUnmeasured || there + back < 0) return {kStoresLinger, false};
    const auto bound = static_cast<std::uint64_t>(std::max(std::abs(there), std::abs(back)));
    second = std::max(second, std::min(bound, largest));
    largest = std::max(largest, bound);
  }
  return {largest + second + kStoresLinger, true};
}

}  // namespace

ClockSkew measure_clock_skew(ClockReading read_ns) noexcept {
  const KeptAffinity kept;
  try {
    const std::vector<std::size_t> cpus = allowed_cpus();
    if (!cpus.empty()) return measure(cpus, read_ns);
  } catch (const std::exception&) {
    // no memory for it: not measured, not trusted
  }
  return {0, false};
}

}  // namespace pcbench
