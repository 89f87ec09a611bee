// Transport: how a mechanism joins the harness. A transport is a class T with
//     explicit T(const RoundSpec&)            creates the channel; throws Error
//     T(const RoundSpec&, Handles)            attaches to it in a spawned image; only where the row can spawn
//     Producer producer(uint32_t index)       an end for one worker; throws Error
//     Consumer consumer(uint32_t index)       likewise; index == spec.consumers is the final drain
//                                             both: producer<Hook> where a lock is held (worker/lock_hook.h)
//     Effective effective() const             what really took effect
//     Handles handles() const                 what a spawned image must inherit
//     void drop_ends(Keep)                    closes this process's own ends, where they are descriptors
//     void mourn(Role, uint32_t index)        optional: frees what a dead worker held
//     void presume_dead(Role, uint32_t index) optional: what it does about a worker long silent, which may
//                                             live: none of ours takes silence for death
// and one row of transport/registry.cpp. Endpoints hold what they need themselves, so that drop_ends leaves
// them alone.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/case.h"
#include "model/promises.h"
#include "model/record.h"
#include "model/round_spec.h"
#include "worker/any_endpoint.h"
#include "worker/consume.h"
#include "worker/lock_hook.h"
#include "worker/produce.h"

namespace pcbench {

/// Descriptors that make a channel, in the transport's own order.
using Handles = std::vector<int>;

/// Which ends a process keeps when it drops the others.
enum class Keep : std::uint8_t {
  nothing,        ///< a worker, whose endpoint has its own
  consumer_ends,  ///< the supervisor, for the final drain
};

/// One instance of a transport, as run/ handles it. Virtual calls once a worker, never once a message.
class Channel {
 public:
  virtual ~Channel() = default;
  /// Makes the worker's endpoint, calls AT_GATE (which returns when the gate is open), and runs its loop.
  /// Throws Error when the endpoint cannot be made.
  virtual void produce(Task& task, const StopRow& stop, const std::function<void()>& at_gate) = 0;
  virtual void consume(Task& task, ConsumerStop& stop, const std::function<void()>& at_gate) = 0;
  /// Lends USE an end of the worker INDEX, behind virtual calls, for as long as it runs: for a worker that
  /// needs ends of two channels. Throws Error when the end cannot be made.
  virtual void with_producer(std::uint32_t /*index*/, const std::function<void(AnyProducer&)>& /*use*/) {
    throw Error("this channel lends no ends");
  }
  virtual void with_consumer(std::uint32_t /*index*/, const std::function<void(AnyConsumer&)>& /*use*/) {
    throw Error("this channel lends no ends");
  }
  [[nodiscard]] virtual Effective effective() const = 0;
  [[nodiscard]] virtual Handles handles() const = 0;
  virtual void drop_ends(Keep keep) noexcept = 0;
  /// The worker INDEX of ROLE is dead (reaped, not merely silent): frees what it held, where the transport
  /// can. Called by the supervisor, while the other workers run.
  virtual void mourn(Role role, std::uint32_t index) noexcept = 0;
  /// The worker INDEX of ROLE is merely silent: what a transport does that takes that for death. May block.
  virtual void presume_dead(Role /*role*/, std::uint32_t /*index*/) noexcept {}
  /// Closes the channel in the name of producers that died before they could. Errors: Error.
  virtual void close_for_the_dead() = 0;
};

/// Whether a transport's loops are compiled for it alone or shared behind virtual calls
/// (worker/any_endpoint).
enum class Loops : std::uint8_t {
  own,     ///< a message costs less than a virtual call is worth
  shared,  ///< every call enters the kernel or a library: saves the compiler's time and the program's size
};

template <class T, Loops kLoops = Loops::own>
class ChannelOf final : public Channel {
 public:
  template <class... Arguments>
  explicit ChannelOf(Arguments&&... arguments) : transport_(std::forward<Arguments>(arguments)...) {}

  void produce(Task& task, const StopRow& stop, const std::function<void()>& at_gate) override {
    const std::uint32_t index = task.worker_id();
    if constexpr (requires { transport_.template producer<LockHook>(index); })
      if (is_struck(task))
        return produce_by<Loops::shared>(transport_.template producer<LockHook>(index), task, stop, at_gate);
    produce_by<kLoops>(transport_.producer(index), task, stop, at_gate);
  }
  void consume(Task& task, ConsumerStop& stop, const std::function<void()>& at_gate) override {
    const std::uint32_t index = task.worker_id() - task.spec().producers;
    if constexpr (requires { transport_.template consumer<LockHook>(index); })
      if (is_struck(task))
        return consume_by<Loops::shared>(transport_.template consumer<LockHook>(index), task, stop, at_gate);
    consume_by<kLoops>(transport_.consumer(index), task, stop, at_gate);
  }
  void with_producer(std::uint32_t index, const std::function<void(AnyProducer&)>& use) override {
    auto endpoint = transport_.producer(index);
    AnyProducerOf any(endpoint);
    use(any);
  }
  void with_consumer(std::uint32_t index, const std::function<void(AnyConsumer&)>& use) override {
    auto endpoint = transport_.consumer(index);
    AnyConsumerOf any(endpoint);
    use(any);
  }
  [[nodiscard]] Effective effective() const override { return transport_.effective(); }
  [[nodiscard]] Handles handles() const override { return transport_.handles(); }
  void drop_ends(Keep keep) noexcept override { transport_.drop_ends(keep); }
  void mourn(Role role, std::uint32_t index) noexcept override {
    if constexpr (requires { transport_.mourn(role, index); }) transport_.mourn(role, index);
  }
  void presume_dead(Role role, std::uint32_t index) noexcept override {
    if constexpr (requires { transport_.presume_dead(role, index); }) transport_.presume_dead(role, index);
  }
  void close_for_the_dead() override { transport_.producer(0).close(); }

 private:
  template <Loops kWhose, class E>
  static void produce_by(E endpoint, Task& task, const StopRow& stop, const std::function<void()>& at_gate) {
    at_gate();
    if constexpr (kWhose == Loops::own)
      if (!is_instrumented(task)) return ProducerLoop(endpoint, task).run(stop);
    AnyProducerOf any(endpoint);
    produce_any(any, task, stop);
  }
  template <Loops kWhose, class E>
  static void consume_by(E endpoint, Task& task, ConsumerStop& stop, const std::function<void()>& at_gate) {
    at_gate();
    if constexpr (kWhose == Loops::own)
      if (!is_instrumented(task)) return ConsumerLoop(endpoint, task).run(stop);
    AnyConsumerOf any(endpoint);
    consume_any(any, task, stop);
  }

  T transport_;
};

/// The one option of a transport that has one (`transport_options`): its key and values, the first being the
/// default; or any text for which TEXT holds.
struct OptionRow {
  std::string_view key;
  std::string_view help;
  std::span<const std::string_view> values = {};
  bool (*text)(std::string_view) =
      nullptr;                      ///< nullptr: VALUES are all; else they are empty, the default is ""
  std::string_view text_form = {};  ///< what TEXT wants, in words
};

/// A row of the registry of transports.
struct TransportRow {
  std::string_view name;
  std::string_view help;
  Promises promises;
  const OptionRow* option;  ///< nullptr: takes none
  bool floor;               ///< moves nothing: measures the harness itself
  /// Why this case cannot be run here although the promises allow it; empty: it can.
  std::string (*refuse)(const Case&);
  std::unique_ptr<Channel> (*create)(const RoundSpec&);
  std::unique_ptr<Channel> (*attach)(const RoundSpec&, const Handles&);  ///< nullptr: spawn is refused
  /// Why it cannot be used in this build or on this machine, with the remedy; empty: it can. nullptr: always.
  std::string (*unavailable)() = nullptr;
  bool keeps_numbers = false;  ///< for workload shared_state; carries no messages
  /// The words of the command that plays a round in place of a crew (run/external.h), with workers of its
  /// own; CREATE is then nullptr. nullptr: ours are the workers, and there is a channel.
  std::vector<std::string> (*program)(const RoundSpec&) = nullptr;
  bool between_hosts = false;  ///< its workers are ranks of an MPI job; whoever is not has no place in one
};

/// ROW.unavailable's answer, or that it does not reach the ranks of this MPI job; empty: it can be used.
[[nodiscard]] std::string why_unavailable(const TransportRow& row);

/// What a row creates and attaches with.
template <class T, Loops kLoops = Loops::own>
std::unique_ptr<Channel> create(const RoundSpec& spec) {
  return std::make_unique<ChannelOf<T, kLoops>>(spec);
}
template <class T, Loops kLoops = Loops::own>
std::unique_ptr<Channel> attach(const RoundSpec& spec, const Handles& handles) {
  return std::make_unique<ChannelOf<T, kLoops>>(spec, handles);
}

}  // namespace pcbench
