// spsc: boost::lockfree::spsc_queue of 80-byte messages (64 bytes of payload), as `boost_spsc_queue` has it:
// what is between the two is the cost of a call through the ABI.
// c++ -std=c++20 -O2 -shared -fPIC -I src/transport/plugin docs/your-queue/spsc.cpp -o spsc.so
#include <array>
#include <boost/lockfree/spsc_queue.hpp>
#include <stdexcept>

#include "pcbench_queue.hpp"

class Spsc {
  using Message = std::array<std::byte, 80>;

 public:
  static constexpr pcbench_queue kQueue{
      .flags = PCBENCH_QUEUE_THREADS | PCBENCH_QUEUE_EMPTY_EXACT | PCBENCH_QUEUE_FULL_EXACT,
      .order = PCBENCH_QUEUE_FIFO,
      .producers_max = 1,
      .consumers_max = 1,
      .payload_bytes_max = 64,
      .name = "my_spsc",
      .help = "boost::lockfree::spsc_queue through the ABI"};

  explicit Spsc(const pcbench_queue_spec& spec) : queue_(spec.capacity_slots) {
    if (spec.message_bytes != sizeof(Message)) throw std::invalid_argument("64 bytes of payload only");
  }

  std::uint32_t push(std::uint32_t /*producer*/, const std::byte* messages, std::uint32_t count) noexcept {
    return static_cast<std::uint32_t>(queue_.push(reinterpret_cast<const Message*>(messages), count));
  }
  std::uint32_t pop(std::uint32_t /*consumer*/, std::byte* room, std::uint32_t count) noexcept {
    return static_cast<std::uint32_t>(queue_.pop(reinterpret_cast<Message*>(room), count));
  }

 private:
  boost::lockfree::spsc_queue<Message> queue_;
};

PCBENCH_QUEUE(Spsc)
