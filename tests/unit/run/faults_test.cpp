// The supervisor's hand in a death that the case ordered.
#include "run/faults.h"

#include <sched.h>

#include <atomic>

#include "base/shared_region.h"
#include "stage.h"
#include "transport/shm_mpmc_ring.h"

namespace pcbench {
namespace {

class OrderedDeath : public Stage {};

TEST_F(OrderedDeath, among_its_pills_does_not_count_a_producer_out_twice) {
  Case config = ring_case(2, 1, "pill", 20);
  config.faults = {{FaultKind::kill, false, 0, FaultPhase::before_push, 10}};  // all of its messages are out
  const pcbench::Setup setup = make_setup(config, 42);
  const SharedRegion region = SharedRegion::create(Control::bytes_for(setup.spec));
  const Control control = Control::format(region.data(), setup.spec);
  const std::unique_ptr<Channel> channel = setup.transport->create(setup.spec);
  Crew crew(setup, *channel, control, region.descriptor());
  Faults faults(setup, *channel, control, crew);
  faults.arm();
  crew.start();
  while (control.gate().ready.load() < crew.arrivals()) ::sched_yield();
  control.gate().open();
  while (!crew.member_of(0).status || !crew.member_of(1).status) {
    crew.reap();
    faults.act();
    ::sched_yield();
  }
  faults.act();
  EXPECT_TRUE(faults.records(1)[0].struck_at_ns);
  EXPECT_EQ(control.slot(0).pills, 0U);
  EXPECT_EQ(control.stop().producers_left.load(), 0U);
  crew.kill_all();
}

/// Notes who is presumed dead, wherever that is done.
class SuspiciousRing : public ShmMpmcRing {
 public:
  using ShmMpmcRing::ShmMpmcRing;
  void presume_dead(Role role, std::uint32_t index) noexcept {
    ++suspected()[role == Role::producer ? index : 2];
  }
  static std::atomic<std::uint32_t>* suspected() {
    static const SharedRegion memory = SharedRegion::create(64);
    return reinterpret_cast<std::atomic<std::uint32_t>*>(memory.data());
  }
};

TEST(Takeover, lets_the_transport_presume_dead_whom_it_has_stopped_but_a_stop_does_not) {
  (void)SuspiciousRing::suspected();
  Case config = ring_case(2, 1, "close", 200);
  for (const FaultKind kind : {FaultKind::stop, FaultKind::takeover}) {
    config.faults = {{kind, false, 1, FaultPhase::in_push, 10, 20'000'000}};
    pcbench::Setup setup = make_setup(config, 42);
    TransportRow row = *setup.transport;
    row.create = [](const RoundSpec& spec) -> std::unique_ptr<Channel> {
      return std::make_unique<ChannelOf<SuspiciousRing>>(spec);
    };
    setup.transport = &row;
    Signals signals;
    const RoundResult result = run_round(setup, kTimeoutNs, signals, [](auto, auto) {});
    EXPECT_EQ(name_of(result.record.end), "completed");
    EXPECT_EQ(SuspiciousRing::suspected()[0].load(), 0U);
    EXPECT_EQ(SuspiciousRing::suspected()[1].load(), kind == FaultKind::takeover ? 1U : 0U);
    EXPECT_EQ(result.record.workers[2].messages, 200U);
  }
}

}  // namespace
}  // namespace pcbench
