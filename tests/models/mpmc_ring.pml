/* mpmc_ring: locks, cached positions and close() of src/transport/parts/two_lock_ring.h under release and
 * acquire, with the producers' countdown that decides who closes (src/worker/produce.h). The claims: no slot is
 * touched by two at once, messages come in order, and consumers that were told `closed` have received all of
 * them between them.
 * = control_.closed.store(1, std::memory_order_release)
 * = stop().producers_left.fetch_sub(1, std::memory_order_acq_rel)
 * = if (looks_full()) return {}
 * = control_.write.write_pos.store(side.committed_pos, std::memory_order_release)
 * = line.read_pos.store(consumed + count, std::memory_order_release)
 * = if (was_empty_ && looks_empty()) return {nullptr, 0, 0, closed ? PopStatus::closed : PopStatus::empty}
 * Each commit is published, as it is in rings of fewer than 8 slots; in larger ones the flush does no more.
 * P1 … C3, L1, L2, T1: RELAXED takes the order away from that label. LATE: closed read after the index. */
#ifndef P
#define P 2
#endif
#ifndef C
#define C 2
#endif
#ifndef N
#define N 3
#endif
#ifndef CAPACITY
#define CAPACITY 2
#endif
#ifndef T1
#define T1 RELEASE
#endif
#define THREADS (P + C)
#define WRITE_POS 0
#define READ_POS 1
#define CLOSED 2
#define ENDED 3 /* P - producers_left */
#define PRODUCERS_LOCK 4
#define CONSUMERS_LOCK 5
#define WRITTEN(slot) (6 + (slot) % CAPACITY)
#define WAS_READ(slot) (6 + CAPACITY + (slot) % CAPACITY)
#define LOCATIONS (6 + 2 * CAPACITY)
#define STORES (N + 2)
#include "memory.pml"
#include "ring_orders.pml"

byte cached_read, cached_write, received; /* guarded by the locks; received: seen by the claim only */
byte left;

proctype producer(byte me) {
  byte i, written, read;
  bit was_full, last;
  i = N / P + (me < N % P -> 1 : 0);
  do
  :: i > 0 ->
     if
     :: was_full -> /* looks_full */
        load(me, WRITE_POS, ACQUIRE, written);
        atomic {
          load(me, READ_POS, P2, read);
          was_full = (written >= read + CAPACITY); read = 0; written = 0
        }
     :: !was_full
     fi;
     if
     :: !was_full ->
        lock(me, PRODUCERS_LOCK);
        atomic { /* one step: all but READ_POS changes only under this lock */
          load(me, WRITE_POS, RELAXED, written);
          if
          :: CAPACITY - (written - cached_read) < 1 -> load(me, READ_POS, P2, cached_read)
          :: else
          fi;
          was_full = (CAPACITY - (written - cached_read) == 0)
        }
        if
        :: was_full -> written = 0; unlock(me, PRODUCERS_LOCK)
        :: !was_full ->
           d_step {
             assert(seen[me].at[WAS_READ(written)] == LAST(WAS_READ(written)));
             assert(seen[me].at[WRITTEN(written)] == LAST(WRITTEN(written)));
             append(me, WRITTEN(written), written)
           }
           atomic { store(me, WRITE_POS, P1, written + 1); written = 0 }
           unlock(me, PRODUCERS_LOCK);
           i--
        fi
     :: was_full -> VALUE(WRITE_POS) - VALUE(READ_POS) < CAPACITY /* waits */
     fi
  :: i == 0 -> break
  od;
  fetch_add_only(me, ENDED, T1, T1, 1, i);
  last = (i == P - 1);
  if
  :: last -> store(me, CLOSED, P3, 1)
  :: !last
  fi;
  left++
}

proctype consumer(byte me) {
  byte consumed, written;
  bit was_empty, closed;
  do
  ::
#ifndef LATE
     load(me, CLOSED, C3, closed);
#endif
     if
     :: was_empty -> /* looks_empty */
        load(me, READ_POS, ACQUIRE, consumed);
        atomic {
          load(me, WRITE_POS, C1, written);
          was_empty = (consumed == written); consumed = 0; written = 0
        }
     :: !was_empty
     fi;
     if
     :: !was_empty ->
        lock(me, CONSUMERS_LOCK);
        atomic { /* one step: all but WRITE_POS changes only under this lock */
          load(me, READ_POS, RELAXED, consumed);
          if
          :: cached_write - consumed < 1 -> load(me, WRITE_POS, C1, cached_write)
          :: else
          fi;
          was_empty = (cached_write == consumed)
        }
        if
        :: was_empty -> consumed = 0; unlock(me, CONSUMERS_LOCK)
        :: !was_empty ->
           d_step {
             assert(seen[me].at[WRITTEN(consumed)] == LAST(WRITTEN(consumed)));
             assert(VALUE(WRITTEN(consumed)) == consumed);
             append(me, WAS_READ(consumed), 0);
             received++
           }
           atomic { store(me, READ_POS, C2, consumed + 1); consumed = 0 }
           unlock(me, CONSUMERS_LOCK)
        fi
     :: was_empty
     fi;
#ifdef LATE
     load(me, CLOSED, C3, closed);
#endif
     if
     :: was_empty && closed -> break
     :: was_empty && !closed -> VALUE(WRITE_POS) != VALUE(READ_POS) || VALUE(CLOSED) /* waits */
     :: !was_empty
     fi
  od;
  left++
}

init {
  byte worker;
  atomic {
    for (worker : 0 .. P - 1) { run producer(worker) }
    for (worker : P .. P + C - 1) { run consumer(worker) }
  }
  left == P + C;
  assert(received == N) /* nothing left inside */
}
