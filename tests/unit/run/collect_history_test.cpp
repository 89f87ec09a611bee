// What becomes of the logs of workers that were killed in the middle of a call.
#include "run/collect_history.h"

#include <algorithm>

#include "base/shared_region.h"
#include "stage.h"

namespace pcbench {
namespace {

/// A round of 1x1 that pops in batches of up to 3, as its consumer left it.
class KilledConsumer : public testing::Test {
 protected:
  static Case config() {
    Case config = ring_case(1, 1, "close", 10);
    config.verify = Verify::history;
    config.batch_messages = 3;
    return config;
  }
  OperationLog log() const { return {control_.log(1), OperationKind::pop, 1}; }
  static void pop_three(OperationLog& log) {
    log.begin(3);
    std::uint64_t sequence = 0;
    const std::span<Operation> room = log.room(3);
    const std::uint64_t returned_ns = log.returned_ns();
    for (Operation& record : room) {
      record = log.record(0, sequence++);
      record.returned_ns = returned_ns;
    }
    log.finish(3);
  }
  std::size_t count(OperationStatus status) const {
    const History history = collect_history(setup_, control_, Effective{}, 0, RoundRecord{});
    return static_cast<std::size_t>(std::count_if(history.operations.begin(), history.operations.end(),
                                                  [&](const Operation& op) { return op.status == status; }));
  }

  Case config_ = config();
  pcbench::Setup setup_ = make_setup(config_, 42);
  SharedRegion region_ = SharedRegion::create(Control::bytes_for(setup_.spec));
  Control control_ = Control::format(region_.data(), setup_.spec);
};

TEST_F(KilledConsumer, in_a_pop_may_have_taken_what_it_asked_for) {
  OperationLog log = this->log();
  pop_three(log);
  log.begin(3);
  EXPECT_EQ(count(OperationStatus::ok), 3U);
  EXPECT_EQ(count(OperationStatus::pending), 3U);
}

TEST_F(KilledConsumer, behind_the_last_word_but_one_of_a_pop_took_nothing_else) {
  OperationLog log = this->log();
  pop_three(log);
  control_.log(1).header().open = 3;  // the call was not yet closed
  EXPECT_EQ(count(OperationStatus::ok), 3U);
  EXPECT_EQ(count(OperationStatus::pending), 0U) << "or three losses more would be excused";
}

}  // namespace
}  // namespace pcbench
