// Stop protocols as the loops see them: how producers announce the end and how each consumer learns of it.
// Slow path: one virtual call per admission, never one per message unless the protocol counts messages.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "model/case.h"
#include "model/evidence.h"
#include "model/round_spec.h"
#include "worker/control.h"

namespace pcbench {

/// What a protocol may touch on behalf of one worker.
struct StopContext {
  const RoundSpec& spec;
  StopWords& words;
  WorkerSlot& slot;         ///< the worker's own: a protocol that blocks says so in its phase
  std::uint32_t worker_id;  ///< for OwnerLock
};

/// One consumer's side. Nothing here blocks: what has to wait says so and is asked again, so that the loop
/// waits for a lock as it waits for a message, in the watchdog's sight and with its evidence settled.
class ConsumerStop {
 public:
  static constexpr std::uint64_t kNoLimit = UINT64_MAX;
  static constexpr std::uint64_t kNotNow = UINT64_MAX - 1;

  virtual ~ConsumerStop() = default;
  /// How many messages may be taken before asking again; 0: it is over; kNotNow: somebody holds the
  /// protocol's lock.
  virtual std::uint64_t try_admit() noexcept { return kNoLimit; }
  /// All admitted messages were popped. False: somebody holds the protocol's lock.
  virtual bool try_account() noexcept { return true; }
  /// A pill was popped. True: it is over.
  virtual bool on_pill() noexcept { return false; }
  /// Asked after an empty pop, answered before the next one: would that one, empty too, mean that it is over?
  virtual bool over_when_empty() noexcept { return false; }
  /// Whether the transport's own `closed` is the promised end; if not, the consumer reports it as an error.
  virtual bool over_when_closed() noexcept { return false; }
};

/// What a producer can still do when all its messages are out.
class ProducerEnd {
 public:
  virtual ~ProducerEnd() = default;
  virtual void push_pill() noexcept = 0;
  virtual void close() noexcept = 0;  ///< the transport's own, or the shared flag where it has none
};

/// A row of the registry of stop protocols.
struct StopRow {
  std::string_view name;
  std::string_view help;
  std::string_view right_for;  ///< where it is right, in words; for a known-bad one, how it fails
  bool known_bad;
  bool needs_messages;  ///< only with a message count
  bool needs_duration;  ///< only with duration_s
  std::unique_ptr<ConsumerStop> (*consumer)(const StopContext&);
  /// Called by each producer after its last message was flushed; LAST: all others have already been here.
  void (*finish)(const StopContext&, ProducerEnd&, bool last) noexcept;
};

}  // namespace pcbench
