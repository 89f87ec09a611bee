/* count: a ticket is drawn before each get, BATCH at once; no ticket, no get (src/stop/count.cpp).
 * = words_.tickets.fetch_sub(batch_, std::memory_order_relaxed)
 * = return before <= 0 ? 0 : static_cast<std::uint64_t>(std::min(before, batch_))
 * LOSE: the channel loses a message. Then a consumer holds a ticket for nothing and waits for ever. */
#include "pipeline.pml"

short tickets = N;

proctype producer(byte me) {
  byte i;
  for (i : 1 .. SHARE(me)) {
#ifdef LOSE
    if
    :: sent == 0 -> sent++
    :: else -> push(me, DATA)
    fi
#else
    push(me, DATA)
#endif
  }
  leave()
}

proctype consumer() {
  short before;
  byte admitted;
  do
  :: atomic { before = tickets; tickets = tickets - BATCH }
     if
     :: before <= 0 -> break
     :: before > 0 -> admitted = (before < BATCH -> before : BATCH)
     fi;
     do
     :: admitted > 0 -> atomic { fifo[0]?DATA; received++; admitted-- }
     :: admitted == 0 -> break
     od
  od;
  leave()
}

init { run_all() }
