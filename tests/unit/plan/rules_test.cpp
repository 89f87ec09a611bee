// What a transport's row and a stop protocol's row make of a case, with rows that promise little.
#include "plan/rules.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>

#include "plan/resolve.h"

namespace pcbench {
namespace {

std::string nothing(const Case& /*config*/) { return {}; }
std::string refuses(const Case& /*config*/) { return "frames would mix"; }
std::unique_ptr<Channel> attach(const RoundSpec& /*spec*/, const Handles& /*handles*/) { return nullptr; }

TransportRow row_with(const std::function<void(TransportRow&)>& change) {
  TransportRow row{"toy", "a row of this test", {}, nullptr, false, nothing, nullptr, attach};
  change(row);
  return row;
}

Ruling judge(const TransportRow& row, const std::function<void(Case&)>& change, const char* stop = "pill") {
  Case config;
  config.transport = "toy";
  config.stop = stop;
  change(config);
  return judge_combination({config, resolve({{"transport", "toy"}}), row, *find_stop(stop), 30});
}

/// The one refusal of the case: its first key, and its rule and remedy.
std::pair<std::string, std::string> only_refusal(const Ruling& ruling) {
  if (ruling.refusals.size() != 1) return {std::to_string(ruling.refusals.size()) + " refusals", ""};
  const Refusal& refusal = ruling.refusals[0];
  return {std::string(refusal.keys.at(0)), refusal.rule + "; " + refusal.remedy};
}
std::vector<std::string> warnings(const Ruling& ruling) {
  std::vector<std::string> ids;
  for (const Warning& warning : ruling.warnings) {
    EXPECT_FALSE(warning.remedy.empty()) << warning.id;
    ids.push_back(warning.id);
  }
  return ids;
}

const auto as_is = [](auto&) {};
using Words = std::vector<std::string>;

TEST(Rules, LetAPlainCasePass) {
  const Ruling ruling = judge(row_with(as_is), as_is);
  EXPECT_TRUE(ruling.refusals.empty());
  EXPECT_TRUE(ruling.warnings.empty());
}

TEST(Rules, RefuseAPingPongOfManyOrWithWhatOnlyPipelinesHave) {
  const auto ping_pong = [](const std::function<void(Case&)>& change) {
    return judge(row_with(as_is), [&](Case& config) {
      config.workload = Workload::ping_pong;
      change(config);
    });
  };
  EXPECT_TRUE(ping_pong([](Case&) {}).refusals.empty());
  EXPECT_EQ(only_refusal(ping_pong([](Case& config) { config.consumers = 2; })).first, "topology");
  EXPECT_EQ(only_refusal(ping_pong([](Case& config) { config.verify = Verify::history; })).first, "verify");
  EXPECT_EQ(only_refusal(ping_pong([](Case& config) { config.load.mode = LoadMode::open; })).first, "load");
  EXPECT_EQ(only_refusal(ping_pong([](Case& config) {
              config.workers = WorkerKind::process;
              config.faults.resize(1);
            })).first,
            "faults");
}

TEST(Rules, RefuseWorkersThatAreNotPromised) {
  const TransportRow threads = row_with([](TransportRow& row) { row.promises.processes = false; });
  const TransportRow processes = row_with([](TransportRow& row) { row.promises.threads = false; });
  const auto process = [](Case& config) { config.workers = WorkerKind::process; };
  EXPECT_TRUE(judge(threads, as_is).refusals.empty());
  EXPECT_EQ(only_refusal(judge(threads, process)).first, "workers");
  EXPECT_TRUE(judge(processes, process).refusals.empty());
  EXPECT_EQ(only_refusal(judge(processes, as_is)).first, "workers");
}

TEST(Rules, RefuseWorkersBeyondThePromisedNumber) {
  const TransportRow two =
      row_with([](TransportRow& row) { row.promises.producers_max = row.promises.consumers_max = 2; });
  EXPECT_TRUE(judge(two, [](Case& config) { config.producers = config.consumers = 2; }).refusals.empty());
  EXPECT_EQ(only_refusal(judge(two, [](Case& config) { config.producers = 3; })).first, "producers");
  EXPECT_EQ(only_refusal(judge(two, [](Case& config) { config.consumers = 3; })).first, "consumers");
}

TEST(Rules, RefuseSpawnWithTheReasonOfTheTransport) {
  const auto spawn = [](Case& config) {
    config.workers = WorkerKind::process;
    config.start = StartMethod::spawn;
  };
  EXPECT_TRUE(judge(row_with(as_is), spawn).refusals.empty());
  const auto reason = only_refusal(
      judge(row_with([](TransportRow& row) { row.promises.spawn_refusal = "it has no name"; }), spawn));
  EXPECT_EQ(reason.first, "start");
  EXPECT_NE(reason.second.find("it has no name"), std::string::npos) << reason.second;
  EXPECT_EQ(only_refusal(judge(row_with([](TransportRow& row) { row.attach = nullptr; }), spawn)).first,
            "start");
}

TEST(Rules, RefuseWhatTheTransportItselfRefuses) {
  const auto own = only_refusal(judge(row_with([](TransportRow& row) { row.refuse = refuses; }), as_is));
  EXPECT_EQ(own.first, "transport");
  EXPECT_NE(own.second.find("frames would mix"), std::string::npos);
}

TEST(Rules, RefuseACapacityAboveTheMaximumAndRoundOneBelowTheMinimum) {
  const TransportRow row = row_with([](TransportRow& toy) {
    toy.promises.capacity = CapacityRule::power_of_two;
    toy.promises.capacity_slots_min = 4;
    toy.promises.capacity_slots_max = 64;
  });
  const auto with = [&row](std::uint64_t slots) {
    return judge(row, [slots](Case& config) { config.capacity_slots = slots; });
  };
  EXPECT_EQ(only_refusal(with(65)).first, "capacity_slots");
  EXPECT_EQ(only_refusal(with(UINT64_MAX)).first, "capacity_slots");
  EXPECT_TRUE(with(64).warnings.empty());
  EXPECT_EQ(warnings(with(1)), Words{"capacity_rounded"});
  EXPECT_NE(with(1).warnings[0].text.find("4 slots"), std::string::npos);
  EXPECT_NE(with(33).warnings[0].text.find("64 slots"), std::string::npos);
}

TEST(Rules, WarnOfACapacityWithoutEffect) {
  const auto with = [](bool floor) {
    const TransportRow row = row_with([floor](TransportRow& toy) {
      toy.promises.capacity = CapacityRule::unbounded;
      toy.floor = floor;
    });
    return warnings(judge(row, [](Case& config) { config.capacity_slots = 16; }));
  };
  EXPECT_EQ(with(false), Words{"capacity_ignored"});
  EXPECT_EQ(with(true), Words{}) << "what moves nothing has no capacity to miss";
}

TEST(Rules, WarnOfABatchWithoutEffect) {
  const TransportRow row = row_with([](TransportRow& toy) { toy.promises.batch = false; });
  EXPECT_EQ(warnings(judge(row, [](Case& config) { config.batch_messages = 8; })), Words{"batch_ignored"});
  EXPECT_EQ(warnings(judge(row_with(as_is), [](Case& config) { config.batch_messages = 8; })), Words{});
}

TEST(Rules, WarnOfPillsThatMayOvertake) {
  const TransportRow row = row_with([](TransportRow& toy) { toy.promises.order = Order::none; });
  EXPECT_EQ(warnings(judge(row, as_is)), Words{"pill_unordered"});
  EXPECT_EQ(warnings(judge(row, as_is, "close")), Words{});
}

TEST(Rules, WarnOfKnownBadProtocolsWhereTheyAreBadAndUnexpected) {
  const auto two = [](Case& config) { config.consumers = 2; };
  const auto expected = [](Case& config) {
    config.consumers = 2;
    config.expect["termination"] = {Outcome::fail};
  };
  for (const char* stop : {"unlocked_count", "check_then_get", "lock_across_get"}) {
    EXPECT_EQ(warnings(judge(row_with(as_is), two, stop)), Words{"known_bad_stop"}) << stop;
    EXPECT_EQ(warnings(judge(row_with(as_is), expected, stop)), Words{}) << stop;
    EXPECT_EQ(warnings(judge(row_with(as_is), as_is, stop)), Words{}) << stop << " with one consumer";
  }
}

TEST(Rules, WarnOfWorkThatCannotEndInTime) {
  const auto work = [](Case& config) {
    config.messages = 1'000'000;
    config.consumers = 4;
    config.work.consumer_ns = 200'000;  // 50 s each
  };
  EXPECT_EQ(warnings(judge(row_with(as_is), work)), Words{"work_exceeds_timeout"});
}

TEST(Rules, KnowTheOptionOfATransport) {
  static constexpr std::array<std::string_view, 2> kValues = {"mutex", "spin"};
  static constexpr OptionRow kOption{"lock", "which lock", kValues};
  const TransportRow row = row_with([](TransportRow& toy) { toy.option = &kOption; });
  const auto with = [](const TransportRow& toy, const char* key, const char* value) {
    return only_refusal(judge(toy, [&](Case& config) { config.transport_options[key] = value; }));
  };
  EXPECT_EQ(with(row, "lock", "spin").first, "0 refusals");
  EXPECT_NE(with(row, "lock", "spinn").second.find("did you mean \"spin\"?"), std::string::npos);
  EXPECT_NE(with(row, "key", "spin").second.find("its option is lock"), std::string::npos);
  EXPECT_NE(with(row_with(as_is), "lock", "spin").second.find("has no option lock"), std::string::npos);
}

TEST(Rules, RefuseFaultsThatStrikeNobody) {
  const auto with = [](FaultSpec fault, WorkerKind workers = WorkerKind::process) {
    return only_refusal(judge(row_with(as_is), [&](Case& config) {
      config.workers = workers;
      config.faults = {fault};
    }));
  };
  const FaultSpec good{FaultKind::kill, false, 0, FaultPhase::in_push, 10, 0};
  EXPECT_EQ(with(good).first, "0 refusals");
  EXPECT_EQ(with({FaultKind::kill, true, 0, FaultPhase::holding_lock, 10, 0}).first, "0 refusals");
  EXPECT_NE(with({FaultKind::kill, false, 1, FaultPhase::in_push, 10, 0}).second.find("index"),
            std::string::npos);
  EXPECT_NE(with({FaultKind::kill, true, 0, FaultPhase::in_push, 10, 0}).second.find("never in in_push"),
            std::string::npos);
  EXPECT_NE(with(good, WorkerKind::thread).second.find("whole process"), std::string::npos);
  const auto twice = judge(row_with(as_is), [&](Case& config) {
    config.workers = WorkerKind::process;
    config.faults = {good, good};
  });
  EXPECT_NE(only_refusal(twice).second.find("same worker"), std::string::npos);
}

}  // namespace
}  // namespace pcbench
