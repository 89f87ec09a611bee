/* pill: each producer ends with C pills, each consumer leaves after P of them (src/stop/pill.cpp). A
 * consumer looks through a run of up to BATCH messages and gives back what comes after its last pill
 * (src/worker/inspector.h, src/worker/consume.h).
 * = bool on_pill() noexcept override { return --pills_left_ == 0; }
 * = for (std::uint32_t i = 0; i < context.spec.consumers; ++i) end.push_pill()
 * = run.count != 0 ? inspector_.inspect(run, stop, over) : wait_and_inspect(want, stop, over)
 * PILLS, NEEDED: another number per producer, another number to leave after. UNORDERED: a pool, not a FIFO.
 * SWALLOW: the whole run is released, also what comes after the last pill. */
#include "pipeline.pml"

#ifndef PILLS
#define PILLS C
#endif
#ifndef NEEDED
#define NEEDED P
#endif

proctype producer(byte me) {
  byte i;
  for (i : 1 .. SHARE(me)) { push(me, DATA) }
  for (i : 1 .. PILLS) { push(me, PILL) }
  leave()
}

inline pop(queue) {
#ifdef UNORDERED
  if
  :: fifo[queue]??DATA -> kind = DATA
  :: fifo[queue]??PILL -> kind = PILL
  fi
#else
  fifo[queue]?kind
#endif
}

inline take_run(queue) {
  atomic {
    len(fifo[queue]) > 0;
    in_run = 0;
    do
#ifdef SWALLOW
    :: in_run < BATCH && len(fifo[queue]) > 0 ->
#else
    :: in_run < BATCH && len(fifo[queue]) > 0 && pills < NEEDED ->
#endif
       pop(queue);
       in_run++;
       if
       :: pills >= NEEDED /* swallowed: released unseen */
       :: pills < NEEDED && kind == DATA -> received++
       :: pills < NEEDED && kind == PILL -> pills++
       fi
    :: else -> break
    od
  }
}

proctype consumer() {
  byte pills, in_run;
  bit kind;
  do
  :: pills < NEEDED ->
     if
     :: take_run(0)
#if QUEUES > 1
     :: take_run(1)
#endif
     fi
  :: pills >= NEEDED -> break
  od;
  leave()
}

init { run_all() }
