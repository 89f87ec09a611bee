// The one clock of every measurement: CLOCK_MONOTONIC, integer nanoseconds, shared by all processes.
#pragma once

#include <sys/time.h>

#include <cstdint>
#include <ctime>

namespace pcbench {

/// Nanoseconds since an arbitrary start. Never goes back; comparable between all threads and processes.
[[nodiscard]] inline std::uint64_t now_ns() noexcept {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(t.tv_nsec);
}

/// CPU time of the calling thread. A system call.
[[nodiscard]] inline std::uint64_t thread_cpu_ns() noexcept {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(t.tv_nsec);
}

/// From START_NS to TIME_NS; 0 where it was before.
[[nodiscard]] constexpr std::uint64_t since(std::uint64_t time_ns, std::uint64_t start_ns) noexcept {
  return time_ns > start_ns ? time_ns - start_ns : 0;
}

/// As system calls take a duration.
[[nodiscard]] constexpr timespec timespec_of(std::uint64_t duration_ns) noexcept {
  return {static_cast<time_t>(duration_ns / 1'000'000'000U), static_cast<long>(duration_ns % 1'000'000'000U)};
}

/// Sleeps for DURATION_NS, or less where a signal comes: for who waits for what can wake nobody.
inline void nap(std::uint64_t duration_ns) noexcept {
  const timespec time = timespec_of(duration_ns);
  ::nanosleep(&time, nullptr);
}

/// As getrusage tells times.
[[nodiscard]] constexpr std::uint64_t nanoseconds(const timeval& t) noexcept {
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(t.tv_usec) * 1000U;
}

/// What reading the clock costs here, so that a reader of a report can judge its numbers.
struct ClockFacts {
  std::uint64_t resolution_ns = 0;  ///< clock_getres
  double cost_ns = 0;               ///< median cost of one now_ns() over several batches
};

[[nodiscard]] ClockFacts measure_clock();

}  // namespace pcbench
