// pcbench_queue.hpp: pcbench_queue.h for a C++ class. Q is made in shared memory, and has
//     static constexpr pcbench_queue kQueue{…}          what it promises; the functions are filled in here
//     explicit Q(const pcbench_queue_spec&)             may throw: then the round is refused
//     std::uint32_t push(std::uint32_t producer, const std::byte* messages, std::uint32_t count) noexcept
//     std::uint32_t pop(std::uint32_t consumer, std::byte* room, std::uint32_t count) noexcept
//     void close() noexcept                             with PCBENCH_QUEUE_CAN_CLOSE only
//     static std::uint64_t slots_bytes(const pcbench_queue_spec&)   optional: memory behind the object itself
// and `PCBENCH_QUEUE(Q)` stands once in the library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "pcbench_queue.h"

namespace pcbench_plugin {

template <class Q>
struct Binding {
  static constexpr std::size_t kAlignment = 128;
  static_assert(alignof(Q) <= kAlignment, "the memory of a round is aligned to 128 bytes");
  static constexpr std::size_t kObjectBytes = (sizeof(Q) + kAlignment - 1) / kAlignment * kAlignment;

  static Q& at(void* memory) { return *std::launder(static_cast<Q*>(memory)); }

  static std::uint64_t memory_bytes(const pcbench_queue_spec* spec) {
    if constexpr (requires { Q::slots_bytes(*spec); }) return kObjectBytes + Q::slots_bytes(*spec);
    return kObjectBytes;
  }
  static int init(void* memory, const pcbench_queue_spec* spec) {
    try {
      ::new (memory) Q(*spec);
      return 0;
    } catch (...) {
      return 1;
    }
  }
  static void destroy(void* memory) { at(memory).~Q(); }
  static std::uint32_t push(void* memory, std::uint32_t producer, const void* messages, std::uint32_t count) {
    return at(memory).push(producer, static_cast<const std::byte*>(messages), count);
  }
  static std::uint32_t pop(void* memory, std::uint32_t consumer, void* room, std::uint32_t count) {
    return at(memory).pop(consumer, static_cast<std::byte*>(room), count);
  }

  static const pcbench_queue* describe() {
    static const pcbench_queue queue = [] {
      pcbench_queue q = Q::kQueue;
      q.abi = PCBENCH_QUEUE_ABI;
      q.memory_bytes = memory_bytes;
      q.init = init;
      q.destroy = destroy;
      q.push = push;
      q.pop = pop;
      if constexpr (requires(Q& one) { one.close(); })
        q.close = [](void* memory) { at(memory).close(); };
      return q;
    }();
    return &queue;
  }
};

/// The memory behind QUEUE that slots_bytes() asked for.
template <class Q>
std::byte* slots_behind(Q* queue) {
  return reinterpret_cast<std::byte*>(queue) + Binding<Q>::kObjectBytes;
}

}  // namespace pcbench_plugin

#define PCBENCH_QUEUE(Q)                                        \
  extern "C" const pcbench_queue* pcbench_queue_describe(void) { \
    return pcbench_plugin::Binding<Q>::describe();              \
  }
