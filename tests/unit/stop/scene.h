// A scene for stop protocols: their shared words and some consumers, to be moved by hand.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "stop/registry.h"
#include "worker/stop.h"

namespace pcbench {

class Scene {
 public:
  Scene(std::string_view protocol, std::uint32_t producers, std::uint32_t consumer_count,
        std::uint64_t messages, std::uint32_t batch = 1)
      : row(*find_stop(protocol)), slots_(producers + consumer_count) {
    spec.producers = producers;
    spec.consumers = consumer_count;
    spec.messages = messages;
    spec.batch_messages = batch;
    words.tickets = static_cast<std::int64_t>(messages);
    words.producers_left = producers;
    for (std::uint32_t c = 0; c < consumer_count; ++c)
      consumers.push_back(row.consumer(context(producers + c)));
  }

  /// What worker WORKER_ID may touch.
  [[nodiscard]] StopContext context(std::uint32_t worker_id) {
    return {spec, words, slots_[worker_id], worker_id};
  }
  [[nodiscard]] ConsumerStop& consumer(std::size_t index) { return *consumers[index]; }
  /// The consumer that holds the stop lock; -1: nobody.
  [[nodiscard]] int lock_holder() const {
    return static_cast<int>(words.lock.holder()) - 1 -
           (words.lock.holder() == 0 ? 0 : static_cast<int>(spec.producers));
  }

  const StopRow& row;
  RoundSpec spec{};
  StopWords words{};
  std::vector<std::unique_ptr<ConsumerStop>> consumers;

 private:
  std::vector<WorkerSlot> slots_;
};

}  // namespace pcbench
