// RobustMutex: a mutex in shared memory that the kernel frees when its holder dies, so that no supervisor is
// needed.
// Threads     any number, in any processes; not recursive; unlocked by the thread that locked it.
// Owner       whoever made it destroys it, when nobody uses it any more
// Pairs       POSIX: unlock → the next lock, all that the holder wrote; a holder's death counts as its unlock
// Peer death  the next one gets the lock and goes on at once. That is right only where the guarded data is
//             never half changed, as where one word commits every change
// Source      pthread_mutexattr_setrobust(3); the kernel's robust-futexes.rst
#pragma once

#include <pthread.h>

#include <cerrno>
#include <cstdint>

#include "base/error.h"

namespace pcbench {

class RobustMutex {
 public:
  /// Errors: Error when the system has no robust mutexes.
  RobustMutex() {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    errno = pthread_mutex_init(&mutex_, &attributes);
    pthread_mutexattr_destroy(&attributes);
    if (errno != 0) throw system_error("pthread_mutex_init of a robust mutex");
  }
  RobustMutex(const RobustMutex&) = delete;
  RobustMutex& operator=(const RobustMutex&) = delete;
  ~RobustMutex() { pthread_mutex_destroy(&mutex_); }

  /// Blocks until the lock is the caller's. The worker's id is for locks that tell who holds them.
  void lock(std::uint32_t /*id*/ = 0) noexcept {
    if (pthread_mutex_lock(&mutex_) == EOWNERDEAD) pthread_mutex_consistent(&mutex_);
  }
  /// Requires: the caller holds it.
  void unlock() noexcept { pthread_mutex_unlock(&mutex_); }

 private:
  pthread_mutex_t mutex_;
};

}  // namespace pcbench
