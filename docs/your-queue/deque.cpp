// deque: std::deque under std::mutex, as a C++ class; on the heap, so between threads only.
// c++ -std=c++20 -O2 -shared -fPIC -I src/transport/plugin docs/your-queue/deque.cpp -o deque.so
#include <algorithm>
#include <deque>
#include <mutex>
#include <vector>

#include "pcbench_queue.hpp"

class Deque {
 public:
  static constexpr pcbench_queue kQueue{
      .flags = PCBENCH_QUEUE_THREADS | PCBENCH_QUEUE_EMPTY_EXACT | PCBENCH_QUEUE_FULL_EXACT,
      .order = PCBENCH_QUEUE_FIFO,
      .name = "my_deque",
      .help = "std::deque under std::mutex"};

  explicit Deque(const pcbench_queue_spec& spec) : spec_(spec) {}

  std::uint32_t push(std::uint32_t /*producer*/, const std::byte* messages, std::uint32_t count) noexcept {
    const std::lock_guard lock(mutex_);
    std::uint32_t n = 0;
    for (; n < count && items_.size() < spec_.capacity_slots; ++n, messages += spec_.message_bytes)
      items_.emplace_back(messages, messages + spec_.message_bytes);
    return n;
  }

  std::uint32_t pop(std::uint32_t /*consumer*/, std::byte* room, std::uint32_t count) noexcept {
    const std::lock_guard lock(mutex_);
    std::uint32_t n = 0;
    for (; n < count && !items_.empty(); ++n, room += spec_.message_bytes) {
      std::copy(items_.front().begin(), items_.front().end(), room);
      items_.pop_front();
    }
    return n;
  }

 private:
  pcbench_queue_spec spec_;
  std::mutex mutex_;
  std::deque<std::vector<std::byte>> items_;
};

PCBENCH_QUEUE(Deque)
