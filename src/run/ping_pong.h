// The two channels of a ping_pong round as one, so that a crew runs it like any other: the first worker asks
// through one and gets its answers through the other.
// Owner       holds both channels and the control memory of the way back; the round's own Control has the way
//             there, the gate, and each worker's life
#pragma once

#include <memory>

#include "base/shared_region.h"
#include "run/setup.h"
#include "transport/transport.h"
#include "worker/control.h"

namespace pcbench {

/// The orders of the way back of a round of THERE: payloads of its own, no busy work, and the round trips'
/// times.
[[nodiscard]] RoundSpec spec_of_pongs(const RoundSpec& there) noexcept;

class PingPongChannel final : public Channel {
 public:
  /// Makes both channels of a round of THERE. Errors: Error when one cannot be made.
  PingPongChannel(const TransportRow& transport, const RoundSpec& there);
  /// Attaches to both in a spawned image. Requires: HANDLES come from handles(). Errors: Error.
  PingPongChannel(const TransportRow& transport, const RoundSpec& there, const Handles& handles);

  /// The evidence of the way back. Its worker 0 is who answers, its worker 1 who asks.
  [[nodiscard]] const Control& back() const noexcept { return back_; }

  void produce(Task& task, const StopRow& stop, const std::function<void()>& at_gate) override;
  /// Of the final drain: both ways, one after the other.
  void consume(Task& task, ConsumerStop& stop, const std::function<void()>& at_gate) override;
  [[nodiscard]] Effective effective() const override { return pings_->effective(); }
  [[nodiscard]] Handles handles() const override;
  void drop_ends(Keep keep) noexcept override;
  void mourn(Role /*role*/, std::uint32_t /*index*/) noexcept override {}  // faults are refused
  void close_for_the_dead() override {}

 private:
  SharedRegion memory_;
  Control back_;
  std::unique_ptr<Channel> pings_;
  std::unique_ptr<Channel> pongs_;
};

}  // namespace pcbench
