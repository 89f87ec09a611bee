/* ring_orders: the order each label of the rings' sources names; a search takes one away with -D. */
#ifndef P1
#define P1 RELEASE
#endif
#ifndef C1
#define C1 ACQUIRE
#endif
#ifndef C2
#define C2 RELEASE
#endif
#ifndef P2
#define P2 ACQUIRE
#endif
#ifndef P3
#define P3 RELEASE
#endif
#ifndef C3
#define C3 ACQUIRE
#endif
