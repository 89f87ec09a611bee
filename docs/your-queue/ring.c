// ring: a ring under one spin lock, any number on each side, all of it in the round's memory, so that processes
// share it too. The whole of what pcbench needs of a queue in C.
// cc -std=c11 -O2 -shared -fPIC -I src/transport/plugin docs/your-queue/ring.c -o ring.so
#include <stdatomic.h>
#include <string.h>

#include "pcbench_queue.h"

struct ring {
  atomic_flag locked;
  int closed;
  uint64_t capacity, message_bytes;
  uint64_t write_pos, read_pos;  // grow for ever
  unsigned char slots[];
};

static void lock(struct ring* ring) {
  while (atomic_flag_test_and_set_explicit(&ring->locked, memory_order_acquire)) {
  }
}
static void unlock(struct ring* ring) { atomic_flag_clear_explicit(&ring->locked, memory_order_release); }

static unsigned char* slot(struct ring* ring, uint64_t pos) {
  return ring->slots + pos % ring->capacity * ring->message_bytes;
}

static uint64_t memory_bytes(const pcbench_queue_spec* spec) {
  return sizeof(struct ring) + spec->capacity_slots * spec->message_bytes;
}

static int init(void* memory, const pcbench_queue_spec* spec) {
  struct ring* ring = memory;  // zeroed
  ring->capacity = spec->capacity_slots;
  ring->message_bytes = spec->message_bytes;
  return 0;
}

static uint32_t push(void* memory, uint32_t producer, const void* messages, uint32_t count) {
  struct ring* ring = memory;
  uint32_t n = 0;
  (void)producer;
  lock(ring);
  for (; n < count && ring->write_pos - ring->read_pos < ring->capacity; ++n, ++ring->write_pos)
    memcpy(slot(ring, ring->write_pos), (const unsigned char*)messages + n * ring->message_bytes,
           ring->message_bytes);
  unlock(ring);
  return n;
}

static uint32_t pop(void* memory, uint32_t consumer, void* room, uint32_t count) {
  struct ring* ring = memory;
  uint32_t n = 0;
  (void)consumer;
  lock(ring);
  for (; n < count && ring->read_pos < ring->write_pos; ++n, ++ring->read_pos)
    memcpy((unsigned char*)room + n * ring->message_bytes, slot(ring, ring->read_pos), ring->message_bytes);
  const int over = n == 0 && ring->closed;
  unlock(ring);
  return over ? PCBENCH_QUEUE_CLOSED : n;
}

static void close_ring(void* memory) {
  struct ring* ring = memory;
  lock(ring);
  ring->closed = 1;
  unlock(ring);
}

const pcbench_queue* pcbench_queue_describe(void) {
  static const pcbench_queue queue = {
      .abi = PCBENCH_QUEUE_ABI,
      .flags = PCBENCH_QUEUE_THREADS | PCBENCH_QUEUE_PROCESSES | PCBENCH_QUEUE_CAN_CLOSE |
               PCBENCH_QUEUE_EMPTY_EXACT | PCBENCH_QUEUE_FULL_EXACT,
      .order = PCBENCH_QUEUE_FIFO,
      .name = "my_ring",
      .help = "a ring under one spin lock, in C",
      .memory_bytes = memory_bytes,
      .init = init,
      .push = push,
      .pop = pop,
      .close = close_ring,
  };
  return &queue;
}
