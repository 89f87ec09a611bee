// pcbench_queue.h: the C ABI by which pcbench tests and measures a queue of yours: `bench run --plugin FILE`.
// A shared library that exports pcbench_queue_describe() is a transport like any other (docs/your-queue.md).
// Layout      fixed-width fields and pointers, no padding; a change raises PCBENCH_QUEUE_ABI
// Source      C99, so that any language with a foreign function interface can fill it in
#ifndef PCBENCH_QUEUE_H
#define PCBENCH_QUEUE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PCBENCH_QUEUE_ABI 1u

/// What push and pop return when the queue is closed; only with PCBENCH_QUEUE_CAN_CLOSE.
#define PCBENCH_QUEUE_CLOSED UINT32_MAX

/// What a queue promises. All that is promised is judged; what is not is refused before anything runs.
enum pcbench_queue_flags {
  PCBENCH_QUEUE_THREADS = 1,        ///< works between threads of one process
  PCBENCH_QUEUE_PROCESSES = 2,      ///< works between forked processes: everything lies in its memory
  PCBENCH_QUEUE_CAN_CLOSE = 4,      ///< has close(); else a flag beside the queue stands in for it
  PCBENCH_QUEUE_EMPTY_EXACT = 8,    ///< a pop of nothing means that the queue was empty at that time
  PCBENCH_QUEUE_FULL_EXACT = 16,    ///< a push of nothing means that it was full
  PCBENCH_QUEUE_POWER_OF_TWO = 32,  ///< its capacity is one; another is made the next larger one
  PCBENCH_QUEUE_LOSSY = 64,         ///< may lose messages
};

enum pcbench_queue_order {
  PCBENCH_QUEUE_FIFO = 0,          ///< one queue: first in, first out
  PCBENCH_QUEUE_PER_PRODUCER = 1,  ///< each producer's messages leave in its own order
  PCBENCH_QUEUE_NO_ORDER = 2,
};

/// What one round asks for.
typedef struct pcbench_queue_spec {
  uint64_t capacity_slots;  ///< as many messages fit at once, not more: `capacity` is judged
  uint32_t message_bytes;   ///< of every message of the round
  uint32_t producers;
  uint32_t consumers;
  uint32_t batch_messages;  ///< the most that one call is asked to move
} pcbench_queue_spec;

typedef struct pcbench_queue {
  uint32_t abi;                 ///< PCBENCH_QUEUE_ABI
  uint32_t flags;               ///< enum pcbench_queue_flags
  uint32_t order;               ///< enum pcbench_queue_order
  uint32_t producers_max;       ///< 0: any number
  uint32_t consumers_max;       ///< 0: any number
  uint32_t reserved;            ///< 0
  uint64_t payload_bytes_max;   ///< 0: 1 MiB
  uint64_t capacity_slots_max;  ///< 0: 2^24
  const char* name;             ///< lower case letters, digits and _; the `transport` of a config
  const char* help;             ///< one line
  /// How much memory the queue of a round takes. It is zeroed, aligned to 128 bytes, at the same address in
  /// every worker, and between processes shared.
  uint64_t (*memory_bytes)(const pcbench_queue_spec* spec);
  /// Makes the queue of a round there: between processes before any of them exists, between threads in the
  /// first of them. Not 0: it cannot be made.
  int (*init)(void* memory, const pcbench_queue_spec* spec);
  /// NULL, or what is to be done once the round is over, in the process that called init.
  void (*destroy)(void* memory);
  /// Copies up to COUNT messages in, one behind another from MESSAGES on, as worker PRODUCER (from 0). Never
  /// waits. Returns how many went in; 0: it was full.
  uint32_t (*push)(void* memory, uint32_t producer, const void* messages, uint32_t count);
  /// Moves up to COUNT messages to ROOM, as worker CONSUMER. Never waits. Returns how many; 0: it was empty.
  /// When all have left, CONSUMER spec.consumers looks for what was left inside.
  uint32_t (*pop)(void* memory, uint32_t consumer, void* room, uint32_t count);
  /// Nothing more will come: pops return PCBENCH_QUEUE_CLOSED once it is empty. NULL without
  /// PCBENCH_QUEUE_CAN_CLOSE.
  void (*close)(void* memory);
} pcbench_queue;

/// What the library exports. The description lives as long as the program.
const pcbench_queue* pcbench_queue_describe(void);

#ifdef __cplusplus
}
#endif

#endif
