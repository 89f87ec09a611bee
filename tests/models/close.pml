/* close: the last producer closes; a consumer leaves when a pop came back empty that began after it had seen
 * the flag (src/stop/close.cpp, src/worker/consume.h). A producer may gather messages and flushes them
 * before it says that it is through (src/worker/produce.h). DEADLINE: producers stop at any time and the
 * flag is "no producer is left" (src/stop/deadline.cpp).
 * = const bool over_when_empty = stop.over_when_empty(); run = endpoint_.try_peek(want);
 * = flush(); task_.moved(sequence_, now_ns());
 * = const bool last = task_.control().stop().producers_left.fetch_sub(1, std::memory_order_acq_rel) == 1
 * = return run.count != 0 || over_when_empty || is_end(run.status)
 * = if (last) end.close()
 * = words_.producers_left.load(std::memory_order_acquire) == 0
 * LATE: the flag is read after the pop that failed. FIRST: the first to end closes. UNFLUSHED: flushed
 * afterwards. */
#include "pipeline.pml"

bit closed;

#ifdef DEADLINE
#define OVER (producers_left == 0)
#else
#define OVER (closed)
#endif

inline flush(me) {
  do
  :: gathered > 0 -> push(me, DATA); gathered--
  :: gathered == 0 -> break
  od
}

proctype producer(byte me) {
  byte built, gathered;
  bit last;
  do
  :: built < SHARE(me) -> built++; gathered++;
     if
     :: flush(me)
     :: gathered < CAPACITY /* the endpoint gathers */
     fi
#ifdef DEADLINE
  :: break /* the time is up */
#endif
  :: built == SHARE(me) -> break
  od;
#ifndef UNFLUSHED
  flush(me);
#endif
#ifdef FIRST
  atomic { last = (producers_left == P); producers_left-- };
#else
  atomic { producers_left--; last = (producers_left == 0) };
#endif
  if
  :: last -> closed = 1
  :: !last
  fi;
#ifdef UNFLUSHED
  flush(me);
#endif
  leave()
}

proctype consumer() {
  bit over;
  do
  ::
#ifndef LATE
     over = OVER;
#endif
     if
     :: atomic { fifo[0]?DATA; received++ }
     :: empty(fifo[0]) ->
#ifdef LATE
        over = OVER;
#endif
        if
        :: over -> break
        :: !over -> (INSIDE || OVER) /* waits until it is worth asking again */
        fi
     fi
  od;
  leave()
}

init { run_all() }
