/* count_locked: check, get and count are one step under the consumers' lock (src/stop/count_locked.cpp), and
 * the three ways of the tutorial to get that wrong (all on src/stop/locked.h):
 *   UNLOCKED_COUNT   no lock: the counter is read, += 1 is a load and a store (src/stop/unlocked_count.cpp)
 *   CHECK_THEN_GET   the counter has its lock, but check and get are two steps (src/stop/check_then_get.cpp)
 *   LOCK_ACROSS_GET  check outside, then one lock held across get and count (src/stop/lock_across_get.cpp)
 * = words_.taken.store(words_.taken.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed)
 * NO_LOST_UPDATE also claims that nobody moves the counter between another's load and store. */
#include "pipeline.pml"

byte taken;
bit locked;

inline lock() { atomic { !locked -> locked = 1 } }
inline unlock() { locked = 0 }
inline count_one() {
  loaded = taken;
#ifdef NO_LOST_UPDATE
  atomic { assert(taken == loaded); taken = loaded + 1 }
#else
  taken = loaded + 1
#endif
}
inline get() { atomic { fifo[0]?DATA; received++ } }

proctype producer(byte me) {
  byte i;
  for (i : 1 .. SHARE(me)) { push(me, DATA) }
  leave()
}

proctype consumer() {
  byte loaded;
  do
#if defined(UNLOCKED_COUNT)
  :: if
     :: taken >= N -> break
     :: taken < N
     fi;
     get(); count_one()
#elif defined(CHECK_THEN_GET)
  :: lock();
     if
     :: taken >= N -> unlock(); break
     :: taken < N -> unlock()
     fi;
     get(); lock(); count_one(); unlock()
#elif defined(LOCK_ACROSS_GET)
  :: if
     :: taken >= N -> break
     :: taken < N
     fi;
     lock(); get(); count_one(); unlock()
#else
  :: lock();
     if
     :: taken >= N -> unlock(); break
     :: taken < N
     fi;
     get(); count_one(); unlock()
#endif
  od;
  leave()
}

init { run_all() }
