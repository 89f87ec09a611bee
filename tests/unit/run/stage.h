// What tests of rounds share: cases, somebody outside who interferes, and the check that nothing is left
// behind.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "model/names.h"
#include "run/round.h"

namespace pcbench {

inline constexpr std::uint64_t kTimeoutNs = 120'000'000'000;  // no round here may need it
inline constexpr std::uint64_t kEndless = 1'000'000'000'000;  // messages

inline Case ring_case(std::uint32_t producers, std::uint32_t consumers, const std::string& stop,
                      std::uint64_t messages = 1'001) {
  Case config;
  config.id = "the case";
  config.transport = producers == 1 && consumers == 1 ? "shm_spsc_ring" : "shm_mpmc_ring";
  config.producers = producers;
  config.consumers = consumers;
  config.workers = WorkerKind::process;
  config.messages = messages;
  config.payload_bytes = 24;
  config.capacity_slots = 64;
  config.stop = stop;
  return config;
}

inline std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// The child of PARENT that calls itself NAME; waits until there is one.
inline pid_t find_child(pid_t parent, const std::string& name) {
  for (;; ::sched_yield()) {
    const std::string pid = std::to_string(parent);
    std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
    for (pid_t child = 0; children >> child;) {
      std::string called;
      std::ifstream("/proc/" + std::to_string(child) + "/comm") >> called;
      if (called == name) return child;
    }
  }
}

/// A process that does something to the supervisor or its workers once messages are moving.
class Outsider {
 public:
  explicit Outsider(const std::function<void(pid_t supervisor)>& act) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw system_error("pipe2");
    const pid_t supervisor = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[1]);
      char byte = 0;
      if (::read(ends[0], &byte, 1) == 1) act(supervisor);
      ::_exit(0);
    }
    ::close(ends[0]);
    trigger_.reset(ends[1]);
  }
  Outsider(const Outsider&) = delete;
  Outsider& operator=(const Outsider&) = delete;
  ~Outsider() {
    trigger_.reset();
    ::waitpid(pid_, nullptr, 0);
  }

  void act() noexcept {
    if (trigger_ && ::write(trigger_.get(), "!", 1) == 1) trigger_.reset();
  }

 private:
  pid_t pid_ = 0;
  FileDescriptor trigger_;
};

/// Plays rounds, and checks after each test that no child and no descriptor is left.
class Stage : public testing::Test {
 protected:
  RoundResult play(const pcbench::Setup& setup, std::uint64_t timeout_ns = kTimeoutNs,
                   Outsider* outsider = nullptr) {
    Signals signals;
    return run_round(setup, timeout_ns, signals, [&](std::uint64_t messages, std::uint64_t /*elapsed_ns*/) {
      if (messages > 0 && outsider != nullptr) outsider->act();
    });
  }
  RoundRecord play(const Case& config, std::uint64_t timeout_ns = kTimeoutNs, Outsider* outsider = nullptr) {
    return play(make_setup(config, 42), timeout_ns, outsider).record;
  }

  void TearDown() override {
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD) << "a child is left";
    EXPECT_EQ(open_descriptors(), descriptors_before_);
  }

 private:
  std::size_t descriptors_before_ = open_descriptors();
};

}  // namespace pcbench
