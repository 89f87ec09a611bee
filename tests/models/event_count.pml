/* event_count: no wake-up is lost (src/wait/event_count.h). Producers hand over messages through a queue
 * with a lock on each side and notify once a message; consumers that find it empty sleep. Each consumer
 * takes its share and leaves; with CLOSING there are no shares: one producer closes at last, notifies
 * everybody, and consumers leave when it is closed and empty. No sleep has a timeout here: whoever sleeps
 * for ever ends the search in an invalid end state.
 * = if (sleepers_.fetch_add(0, std::memory_order_acq_rel) == 0) return
 * = epoch_.fetch_add(1, std::memory_order_release)
 * = sleepers_.fetch_add(1, std::memory_order_acq_rel)
 * = if (!ready()) futex_wait(epoch_, epoch, timeout_ns)
 * = sleepers_.fetch_sub(1, std::memory_order_relaxed)
 * E1 … E4: RELAXED takes the order away from that label. PLAIN_LOAD: the notifier only loads `sleepers`.
 * EARLY: notified before the message is published. NO_LOOK: the sleeper does not look again once it is
 * counted. SAME_EPOCH: no new epoch. */
#ifndef P
#define P 1
#endif
#ifndef C
#define C 2
#endif
#ifndef N
#define N 2
#endif
#ifndef E1
#define E1 1 /* acquire and release */
#endif
#ifndef E2
#define E2 1
#endif
#ifndef E3
#define E3 RELEASE
#endif
#ifndef E4
#define E4 ACQUIRE
#endif
#define THREADS (P + C)
#define WRITE_POS 0
#define READ_POS 1
#define CLOSED 2
#define SLEEPERS 3
#define EPOCH 4
#define PRODUCERS_LOCK 5
#define CONSUMERS_LOCK 6
#define LOCATIONS 7
#ifndef STORES
#define STORES (N + 2)
#endif
#define ALL 255
#include "memory.pml"
#ifdef PLAIN_LOAD
#define change_sleepers fetch_add
#else
#define change_sleepers fetch_add_only
#endif

bit asleep[THREADS];

inline futex_wake(count) {
  atomic {
    woken = 0;
    do
    :: woken < count && asleep[P] -> asleep[P] = 0; woken++
#if C > 1
    :: woken < count && asleep[P + 1] -> asleep[P + 1] = 0; woken++
#endif
#if C > 2
    :: woken < count && asleep[P + 2] -> asleep[P + 2] = 0; woken++
#endif
    :: else -> break
    od;
    woken = 0
  }
}

inline notify(count) {
#ifdef PLAIN_LOAD
  load(me, SLEEPERS, ACQUIRE, old);
#else
  change_sleepers(me, SLEEPERS, E1, E1, 0, old);
#endif
  if
  :: old == 0
  :: old != 0 ->
#ifndef SAME_EPOCH
     fetch_add(me, EPOCH, RELAXED, E3, 1, old);
#endif
     futex_wake(count)
  fi;
  old = 0
}

active [P] proctype producer() {
  byte me = _pid, i = N / P, old, woken;
  do
  :: i > 0 ->
#ifdef EARLY
     notify(1);
#endif
     lock(me, PRODUCERS_LOCK);
     atomic { old = VALUE(WRITE_POS); store(me, WRITE_POS, RELEASE, old + 1); old = 0 }
     unlock(me, PRODUCERS_LOCK);
#ifndef EARLY
     notify(1);
#endif
     i--
  :: i == 0 -> break
  od;
#ifdef CLOSING
  store(me, CLOSED, RELEASE, 1);
  notify(ALL)
#endif
}

/* Either the word has the epoch still, or the kernel saw another: no older one can then be read. */
inline futex_wait() {
  atomic {
    if
    :: VALUE(EPOCH) == epoch -> asleep[me] = 1
    :: else -> seen[me].at[EPOCH] = LAST(EPOCH)
    fi
  }
  asleep[me] == 0
}

inline load_closed() {
#ifdef CLOSING
  load(me, CLOSED, ACQUIRE, closed)
#else
  skip
#endif
}

inline look() { /* looks_empty and closed */
  load(me, READ_POS, ACQUIRE, consumed);
  load(me, WRITE_POS, ACQUIRE, written);
  load_closed()
}

active [C] proctype consumer() {
  byte me = _pid, epoch, written, consumed;
  bit closed;
#ifdef CLOSING
  byte i = ALL;
#else
  byte i = N / C;
#endif
  do
  :: i > 0 ->
     load_closed();
     lock(me, CONSUMERS_LOCK);
     atomic { load(me, WRITE_POS, ACQUIRE, written); consumed = VALUE(READ_POS) }
     if
     :: consumed < written -> store(me, READ_POS, RELEASE, consumed + 1); unlock(me, CONSUMERS_LOCK);
#ifndef CLOSING
        i--
#endif
     :: consumed == written -> unlock(me, CONSUMERS_LOCK);
        if
        :: closed -> break
        :: !closed ->
           change_sleepers(me, SLEEPERS, E2, E2, 1, epoch);
           load(me, EPOCH, E4, epoch);
#ifndef NO_LOOK
           look();
#endif
           if
           :: consumed != written || closed
           :: else -> futex_wait()
           fi;
           change_sleepers(me, SLEEPERS, RELAXED, RELAXED, -1, epoch);
           epoch = 0
        fi
     fi;
     written = 0; consumed = 0
  :: i == 0 -> break
  od
}
