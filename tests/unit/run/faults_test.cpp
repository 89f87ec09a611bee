// The supervisor's hand in a death that the case ordered.
#include "run/faults.h"

#include <sched.h>

#include "base/shared_region.h"
#include "stage.h"

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

}  // namespace
}  // namespace pcbench
