/* pipeline: what the models of the stop protocols share: P producers push N messages in all through bounded
 * FIFOs to C consumers, and the claim to be proved: everybody leaves, every message was received, nothing is
 * left inside. Whoever waits blocks here until something it looks at has changed; looking again at the same
 * is no step. */
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
#ifndef BATCH
#define BATCH 1
#endif
#ifndef QUEUES
#define QUEUES 1 /* more: only each producer's own order is kept */
#endif
#define SHARE(i) (N / P + (i < N % P -> 1 : 0)) /* share_of, model/round_spec.h */
#define DATA 0
#define PILL 1

chan fifo[QUEUES] = [CAPACITY] of { bit };
byte producers_left = P;
byte sent, received, left; /* seen by the claim only */

inline push(producer, kind) {
  atomic {
    fifo[producer % QUEUES]!kind;
    sent = sent + (kind == DATA -> 1 : 0)
  }
}

/* Everything a consumer can pop has been seen by it: some queue is not empty. */
#if QUEUES == 1
#define INSIDE (len(fifo[0]) > 0)
#else
#define INSIDE (len(fifo[0]) > 0 || len(fifo[1]) > 0)
#endif

inline leave() { left++ }

inline run_all() {
  byte worker;
  atomic {
    for (worker : 0 .. P - 1) { run producer(worker) }
    for (worker : 1 .. C) { run consumer() }
  }
  left == P + C; /* a worker that never leaves ends the search here, in an invalid end state */
  assert(!INSIDE);           /* nothing left inside */
  assert(received == sent)   /* nothing lost */
}
