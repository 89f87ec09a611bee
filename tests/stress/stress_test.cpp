// Are there races? Threads over tiny channels, every endpoint call preceded by a yield now and then, so that
// preemption falls everywhere. Run under ThreadSanitizer. PCBENCH_TEST_SEED repeats a run; the seed is
// printed.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/names.h"
#include "support/round.h"
#include "transport/boost_message_queue.h"
#include "transport/boost_queue.h"
#include "transport/boost_spsc_queue.h"
#include "transport/locked_queue.h"
#include "transport/pipe.h"
#include "transport/pipe_locked.h"
#include "transport/shm_locked_queue.h"
#include "transport/shm_mpmc_ring.h"
#include "transport/shm_robust_queue.h"
#include "transport/shm_spsc_ring.h"
#include "transport/shm_value_ring.h"

namespace pcbench::test {
namespace {

constexpr std::uint64_t kNsPerTransport = 1'200'000'000;

std::uint64_t seed() {
  static const std::uint64_t value = [] {
    const char* given = std::getenv("PCBENCH_TEST_SEED");
    const std::uint64_t chosen = given != nullptr ? std::stoull(given) : std::random_device{}();
    fmt::print("PCBENCH_TEST_SEED={}\n", chosen);
    return chosen;
  }();
  return value;
}

/// Gives the CPU away before one call in four.
class Jitter {
 public:
  explicit Jitter(std::uint32_t who) noexcept : state_(mix64(seed() + who)) {}
  void operator()() noexcept {
    state_ = mix64(state_);
    if (state_ % 4 == 0) ::sched_yield();
  }

 private:
  std::uint64_t state_;
};

template <class T>
class Jittery {
 public:
  class Producer {
   public:
    Producer(T& transport, std::uint32_t index) : inner_(transport.producer(index)), jitter_(2 * index) {}
    [[nodiscard]] WriteRun try_reserve(std::uint32_t want) noexcept {
      return jitter_(), inner_.try_reserve(want);
    }
    [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept { return jitter_(), inner_.commit(count); }
    [[nodiscard]] PushStatus flush() noexcept { return jitter_(), inner_.flush(); }
    void close() noexcept { jitter_(), inner_.close(); }
    void park(std::uint64_t timeout_ns) noexcept { jitter_(), inner_.park(timeout_ns); }

   private:
    typename T::Producer inner_;
    Jitter jitter_;
  };
  class Consumer {
   public:
    Consumer(T& transport, std::uint32_t index) : inner_(transport.consumer(index)), jitter_(2 * index + 1) {}
    [[nodiscard]] ReadRun try_peek(std::uint32_t want) noexcept { return jitter_(), inner_.try_peek(want); }
    void release(std::uint32_t count) noexcept { jitter_(), inner_.release(count); }
    void park(std::uint64_t timeout_ns) noexcept { jitter_(), inner_.park(timeout_ns); }

   private:
    typename T::Consumer inner_;
    Jitter jitter_;
  };

  explicit Jittery(const RoundSpec& spec) : inner_(spec) {}
  [[nodiscard]] Producer producer(std::uint32_t index) { return {inner_, index}; }
  [[nodiscard]] Consumer consumer(std::uint32_t index) { return {inner_, index}; }
  [[nodiscard]] Effective effective() const { return inner_.effective(); }
  [[nodiscard]] Handles handles() const { return inner_.handles(); }
  void drop_ends(Keep keep) noexcept { inner_.drop_ends(keep); }

 private:
  T inner_;
};

template <class T>
TransportRow jittery(std::string_view name) {
  return {name,
          "a stressed transport",
          T::kPromises,
          nullptr,
          false,
          [](const Case& config) -> std::string {
            if constexpr (requires { T::refuse(config); }) return T::refuse(config);
            else return {};
          },
          [](const RoundSpec& spec) -> std::unique_ptr<Channel> {
            return std::make_unique<ChannelOf<Jittery<T>>>(spec);
          },
          nullptr};
}

using SmallBlock = Block<message_bytes(64)>;
constexpr std::uint32_t kPayloadBytesMax = sizeof(SmallBlock) - message_bytes(0);

const std::vector<TransportRow>& stressed() {
  static const std::vector<TransportRow> rows = {
      jittery<Pipe>("jittery_pipe"),
      jittery<PipeLocked>("jittery_pipe_locked"),
      jittery<ShmSpscRing>("jittery_shm_spsc_ring"),
      jittery<ShmValueRing>("jittery_shm_value_ring"),
      jittery<ShmMpmcRing>("jittery_shm_mpmc_ring"),
      jittery<ShmRobustQueue>("jittery_shm_robust_queue"),
      jittery<LockedQueue<std::mutex>>("jittery_locked_queue"),
      jittery<LockedQueue<SpinMutex>>("jittery_locked_queue_spin"),
      jittery<LockedQueue<std::recursive_mutex>>("jittery_locked_queue_recursive"),
      jittery<ShmLockedQueue>("jittery_shm_locked_queue"),
      jittery<ValueChannel<BoostSpscQueue<SmallBlock>>>("jittery_boost_spsc_queue"),
      jittery<ValueChannel<BoostQueue<SmallBlock>>>("jittery_boost_queue"),
      jittery<BoostMessageQueue>("jittery_boost_message_queue"),
  };
  return rows;
}

class Stress : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Registry, Stress, testing::Range(std::size_t{0}, stressed().size()),
                         [](const auto& instance) { return std::string(stressed()[instance.param].name); });

template <class G>
std::uint32_t draw(G& random, std::uint32_t least, std::uint32_t most) {
  return std::uniform_int_distribution<std::uint32_t>(least, most)(random);
}

TEST_P(Stress, DeliversEachMessageOnceWhateverTheTiming) {
  const Deadline deadline(120);
  static const bool registered = (register_extra_transports(stressed()), true);
  ASSERT_TRUE(registered);
  const TransportRow& row = *find_transport(stressed()[GetParam()].name);
  std::mt19937_64 random(seed() + GetParam());
  constexpr std::array<const char*, 3> kStops = {"pill", "close", "count"};
  const auto most =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(kPayloadBytesMax, row.promises.payload_bytes_max));
  std::uint32_t rounds = 0;
  for (const std::uint64_t end = now_ns() + kNsPerTransport; now_ns() < end; ++rounds) {
    Case config;
    config.transport = row.name;
    config.messages = draw(random, 1, 600);
    config.producers = row.promises.producers_max == 1 ? 1 : draw(random, 1, 4);
    config.consumers = row.promises.consumers_max == 1 ? 1 : draw(random, 1, 4);
    config.capacity_slots = draw(random, 1, 4);
    config.payload_bytes = draw(random, 0, most);
    config.batch_messages = draw(random, 1, 9);
    config.stop = kStops.at(draw(random, 0, 2));
    config.wait = static_cast<WaitStrategy>(draw(random, 0, 3));
    ASSERT_EQ(not_promised(row, config), "");
    ASSERT_EQ(Round::with_threads(spec_of(config)).complaint(), "")
        << fmt::format("round {}: {}x{} {} {} batch {} payload {} capacity {}, PCBENCH_TEST_SEED={}", rounds,
                       config.producers, config.consumers, config.stop, name_of(config.wait),
                       config.batch_messages, config.payload_bytes, *config.capacity_slots, seed());
  }
  EXPECT_GT(rounds, 0U);
}

}  // namespace
}  // namespace pcbench::test
