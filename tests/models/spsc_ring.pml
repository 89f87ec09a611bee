/* spsc_ring: positions, slots and close() of src/transport/shm_spsc_ring.h under release and acquire. The
 * claims: a slot is never read before it is written nor written before it was read, messages come in order,
 * and a consumer that was told `closed` has received all of them.
 * = control_.write.write_pos.store(written_, std::memory_order_release)
 * = control_.closed.store(1, std::memory_order_release)
 * = control_.read.read_pos.store(consumed_, std::memory_order_release)
 * = if (written_ - published_ >= publish_every_) publish()
 * = if (consumed_ - freed_ >= free_every_) free_slots()
 * P1, P2, C1, C2, P3, C3: RELAXED takes the order away from that label of the source. LATE: closed read
 * after the index. TOO_MANY: how many slots too many the producer believes in. */
#ifndef CAPACITY
#define CAPACITY 2
#endif
#ifndef N
#define N 4
#endif
#ifndef PUBLISH_EVERY
#define PUBLISH_EVERY 1
#endif
#ifndef FREE_EVERY
#define FREE_EVERY 1
#endif
#ifndef TOO_MANY
#define TOO_MANY 0
#endif
#define THREADS 2
#define PRODUCER 0
#define CONSUMER 1
#define WRITE_POS 0
#define READ_POS 1
#define CLOSED 2
#define WRITTEN(slot) (3 + (slot))            /* plain memory: the stores to a slot */
#define WAS_READ(slot) (3 + CAPACITY + (slot)) /* and its reads, noted as if they were stores */
#define WRITE_SLOT (written % CAPACITY)
#define READ_SLOT (consumed % CAPACITY)
#define LOCATIONS (3 + 2 * CAPACITY)
#define STORES (N + 2)
#include "memory.pml"
#include "ring_orders.pml"

inline publish() {
  if
  :: published != written -> published = written; store(PRODUCER, WRITE_POS, P1, written)
  :: published == written
  fi
}

active proctype producer() {
  byte written, published, read;
  do
  :: written < N ->
     if
     :: CAPACITY + TOO_MANY - (written - read) < 1 -> load(PRODUCER, READ_POS, P2, read)
     :: else
     fi;
     if
     :: CAPACITY + TOO_MANY - (written - read) == 0 ->
        publish();
        VALUE(READ_POS) != read /* waits */
     :: else ->
        d_step {
          assert(seen[PRODUCER].at[WAS_READ(WRITE_SLOT)] == LAST(WAS_READ(WRITE_SLOT))); /* slot is free */
          append(PRODUCER, WRITTEN(WRITE_SLOT), written)
        }
        written++;
        if
        :: written - published >= PUBLISH_EVERY -> publish()
        :: else
        fi
     fi
  :: written == N -> break
  od;
  publish();
  store(PRODUCER, CLOSED, P3, 1)
}

inline free_slots() {
  if
  :: freed != consumed -> freed = consumed; store(CONSUMER, READ_POS, C2, consumed)
  :: freed == consumed
  fi
}

active proctype consumer() {
  byte consumed, freed, written;
  bit closed;
  do
  :: written == consumed ->
#ifndef LATE
     load(CONSUMER, CLOSED, C3, closed);
     load(CONSUMER, WRITE_POS, C1, written);
#else
     load(CONSUMER, WRITE_POS, C1, written);
     load(CONSUMER, CLOSED, C3, closed);
#endif
     if
     :: written == consumed ->
        free_slots();
        if
        :: closed -> break
        :: !closed -> VALUE(WRITE_POS) != consumed || VALUE(CLOSED) /* waits */
        fi
     :: else
     fi
  :: written != consumed ->
     d_step {
       assert(seen[CONSUMER].at[WRITTEN(READ_SLOT)] == LAST(WRITTEN(READ_SLOT))); /* is written */
       assert(VALUE(WRITTEN(READ_SLOT)) == consumed); /* in order */
       append(CONSUMER, WAS_READ(READ_SLOT), 0)
     }
     consumed++;
     if
     :: consumed - freed >= FREE_EVERY -> free_slots()
     :: else
     fi
  od;
  free_slots();
  assert(consumed == N) /* nothing left inside */
}
