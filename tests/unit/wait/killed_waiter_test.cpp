// What a waiter that is killed as it waits does to those who come after it: the experiment behind decision 7.
#include <gnu/libc-version.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cstdio>
#include <new>
#include <string>

#include "base/shared_region.h"
#include "children.h"
#include "wait/event_count.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kAsLongAsItTakesNs = 600'000'000'000;

/// A condition that processes wait for, as pthread_cond_wait(3) shows it.
class Condition {
 public:
  Condition() {
    pthread_mutexattr_t mutex;
    pthread_mutexattr_init(&mutex);
    pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&mutex_, &mutex);
    pthread_mutexattr_destroy(&mutex);
    pthread_condattr_t changed;
    pthread_condattr_init(&changed);
    pthread_condattr_setpshared(&changed, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&changed_, &changed);
    pthread_condattr_destroy(&changed);
  }

  /// Until notify has been called NUMBER times.
  void wait(int number) {
    pthread_mutex_lock(&mutex_);
    ++waiters_;
    while (told_ < number) pthread_cond_wait(&changed_, &mutex_);
    pthread_mutex_unlock(&mutex_);
  }
  void notify(int (*how)(pthread_cond_t*)) {
    pthread_mutex_lock(&mutex_);
    ++told_;
    pthread_mutex_unlock(&mutex_);
    how(&changed_);
  }
  /// How many have begun to wait, and hold the mutex no more.
  int waiters() {
    pthread_mutex_lock(&mutex_);
    const int waiters = waiters_;
    pthread_mutex_unlock(&mutex_);
    return waiters;
  }

 private:
  pthread_mutex_t mutex_{};
  pthread_cond_t changed_{};
  int waiters_ = 0;
  int told_ = 0;
};

enum class Answer { survives, notifier_hangs, waiter_is_not_woken };

/// A waiter is killed while it waits; then HOW is called twice, with another waiter there the second time.
Answer try_a_killed_waiter(int (*how)(pthread_cond_t*)) {
  const SharedRegion region = SharedRegion::create(sizeof(Condition));
  Condition& condition = *new (region.data()) Condition;  // never destroyed: that, too, waits for the dead
  const pid_t doomed = in_a_child([&] { condition.wait(1); });
  await([&] { return condition.waiters() == 1 && state_of(doomed) == 'S'; });  // asleep, not on its way there
  end(doomed);
  const pid_t first = in_a_child([&] { condition.notify(how); });
  if (!ends(first)) {
    end(first);
    return Answer::notifier_hangs;
  }
  const pid_t waiter = in_a_child([&] { condition.wait(2); });
  await([&] { return condition.waiters() == 2 && state_of(waiter) == 'S'; });
  const pid_t second = in_a_child([&] { condition.notify(how); });
  const bool notified = ends(second);
  const bool woken = notified && ends(waiter);
  if (!notified) end(second);
  if (!woken) end(waiter);
  return woken ? Answer::survives : notified ? Answer::waiter_is_not_woken : Answer::notifier_hangs;
}

/// Decision 7 speaks of glibc 2.36. The patches for its bug 25847 drop what it waits for, so of any other
/// glibc the answer is only told.
void expect_what_decision_7_says(const char* call, int (*how)(pthread_cond_t*)) {
  const Answer answer = try_a_killed_waiter(how);
  const char* words = answer == Answer::survives         ? "the next waiter is woken"
                      : answer == Answer::notifier_hangs ? "the notifier hangs"
                                                         : "the next waiter is not woken";
  std::printf("glibc %s, %s after a waiter was killed: %s\n", gnu_get_libc_version(), call, words);
  ::testing::Test::RecordProperty(call, words);
  if (std::string(gnu_get_libc_version()) == "2.36") {
    EXPECT_EQ(answer, Answer::notifier_hangs) << "decision 7 no longer says what this glibc does";
  }
}

TEST(KilledWaiter, of_a_shared_condition_variable_hangs_whoever_signals) {
  expect_what_decision_7_says("pthread_cond_signal", pthread_cond_signal);
}

TEST(KilledWaiter, of_a_shared_condition_variable_hangs_whoever_broadcasts) {
  expect_what_decision_7_says("pthread_cond_broadcast", pthread_cond_broadcast);
}

TEST(KilledWaiter, of_an_event_count_hinders_nobody) {
  struct Shared {
    EventCount event;
    std::atomic<int> waiting{0};
    std::atomic<bool> open{false};
  };
  const SharedRegion region = SharedRegion::create(sizeof(Shared));
  Shared& shared = *new (region.data()) Shared;
  const auto wait = [&] {
    const auto is_open = [&] { return shared.open.load(std::memory_order_acquire); };  // acquire: the test's
    ++shared.waiting;
    while (!is_open()) shared.event.wait(kAsLongAsItTakesNs, is_open);
  };
  const auto asleep = [&](pid_t waiter, int number) {
    await([&] { return shared.waiting == number && state_of(waiter) == 'S'; });
  };
  const pid_t doomed = in_a_child(wait);
  asleep(doomed, 1);
  end(doomed);
  shared.event.notify(1);
  const pid_t waiter = in_a_child(wait);
  asleep(waiter, 2);
  shared.open.store(true, std::memory_order_release);  // release: the test's
  shared.event.notify(1);
  const bool woken = ends(waiter);
  EXPECT_TRUE(woken);
  if (!woken) end(waiter);
}

}  // namespace
}  // namespace pcbench
