#include "run/signals.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace pcbench {
namespace {

constexpr std::uint64_t kLongNs = 60'000'000'000;

/// How a child ends that runs ACTION and then exits with 0.
template <class Action>
int status_of_child(Action action) {
  const pid_t child = ::fork();
  if (child == 0) {
    action();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(Signals, turn_an_interrupt_into_a_wish_however_often_it_comes) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    Signals signals;
    EXPECT_FALSE(signals.interrupted());
    ::raise(signal);
    ::raise(signal);
    signals.wait(kLongNs);
    EXPECT_TRUE(signals.interrupted());
    ::raise(signal);
    signals.wait(kLongNs);
    EXPECT_TRUE(signals.interrupted());
  }
}

TEST(Signals, let_a_run_that_was_told_to_ignore_the_end_of_its_terminal_live_on) {
  const int status = status_of_child([] {
    std::signal(SIGHUP, SIG_IGN);  // as nohup does
    Signals signals;
    ::raise(SIGHUP);
    signals.wait(1'000);
    if (signals.interrupted()) ::_exit(1);
  });
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(Signals, wake_the_waiter_when_a_child_ends_and_mean_nothing_else_by_it) {
  Signals signals;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  signals.wait(kLongNs);
  EXPECT_FALSE(signals.interrupted());
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
}

TEST(Signals, come_back_when_nothing_happens) {
  Signals signals;
  signals.wait(1'000);
  EXPECT_FALSE(signals.interrupted());
}

TEST(Signals, do_not_kill_the_process_when_they_are_given_back) {
  const int status = status_of_child([] {
    std::signal(SIGINT, SIG_DFL);
    Signals signals;
    ::raise(SIGINT);
  });
  EXPECT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
}

TEST(Signals, are_given_back_as_they_were) {
  const int status = status_of_child([] {
    std::signal(SIGINT, SIG_DFL);
    {
      Signals signals;
    }
    ::raise(SIGINT);
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGINT);
}

TEST(Signals, let_children_be_waited_for_even_if_the_parent_process_had_them_ignored) {
  const int status = status_of_child([] {
    std::signal(SIGCHLD, SIG_IGN);
    Signals signals;
    const pid_t grandchild = ::fork();
    if (grandchild == 0) ::_exit(7);
    int end = 0;
    const bool waited = ::waitpid(grandchild, &end, 0) == grandchild && WEXITSTATUS(end) == 7;
    if (!waited) ::_exit(1);
  });
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(Signals, make_writing_into_a_broken_pipe_an_error_instead_of_a_death) {
  const int status = status_of_child([] {
    Signals signals;
    int ends[2];
    if (::pipe(ends) != 0) ::_exit(1);
    ::close(ends[0]);
    if (::write(ends[1], "x", 1) != -1 || errno != EPIPE) ::_exit(1);
  });
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace pcbench
