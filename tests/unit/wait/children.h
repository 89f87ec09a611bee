// Children of a test that wait for each other: who is asleep, who ends, and who has to be ended.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <stdexcept>
#include <string>

#include "base/child.h"
#include "base/clock.h"

namespace pcbench {

inline constexpr std::uint64_t kChildLimitNs = 30'000'000'000;  // for whoever is not hindered, however busy

/// A process that does ACT and ends.
template <class Act>
pid_t in_a_child(Act&& act) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child != 0) return child;
  become_child_of(parent);
  act();
  ::_exit(0);
}

inline void end(pid_t child) {
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

/// S: asleep, in /proc/PID/stat.
inline char state_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t after_name = text.rfind(')');
  return after_name == std::string::npos || after_name + 2 >= text.size() ? '?' : text[after_name + 2];
}

/// Whether CHILD ends; else it is asleep for good, or takes far too long. It is reaped only if it ends.
inline bool ends(pid_t child) {
  constexpr int kAsleep = 50;  // looks in a row
  const std::uint64_t limit_ns = now_ns() + kChildLimitNs;
  for (int asleep = 0; asleep < kAsleep && now_ns() < limit_ns; ::usleep(10'000)) {
    if (::waitpid(child, nullptr, WNOHANG) == child) return true;
    asleep = state_of(child) == 'S' ? asleep + 1 : 0;
  }
  return false;
}

/// Returns as soon as HOLDS().
template <class Holds>
void await(Holds&& holds) {
  for (const std::uint64_t limit_ns = now_ns() + kChildLimitNs; !holds(); ::usleep(1000))
    if (now_ns() > limit_ns) throw std::runtime_error("a child does not get where it should");
}

}  // namespace pcbench
