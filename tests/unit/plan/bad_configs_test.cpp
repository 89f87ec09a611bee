// Every kind of bad config is refused at the right place, with a rule and, where there is one, a remedy.
#include <gtest/gtest.h>

#include <algorithm>

#include "support.h"

namespace pcbench {
namespace {

struct Bad {
  const char* name;     ///< of the test
  std::string text;     ///< the config
  const char* pointer;  ///< of one of its errors
  const char* word;     ///< in that error's rule or remedy
};

/// A config with one good case but for MEMBERS.
std::string one(const std::string& members) {
  return config_with(R"({"transport": "shm_mpmc_ring", )" + members + "}");
}
/// A good config but for KEYS at the top level.
std::string top(const std::string& keys) { return config_with(R"({"transport": "shm_mpmc_ring"})", keys); }

const std::vector<Bad> kBadConfigs = {
    {"not_an_object", "[]", "", "a JSON object"},
    {"no_cases_key", "{}", "/cases", "is missing"},
    {"no_cases", config_with(""), "/cases", "no cases"},
    {"cases_no_list", R"({"cases": {}})", "/cases", "a list of cases"},
    {"case_no_object", config_with("5"), "/cases/0", "must be an object"},
    {"unknown_top_key", top(R"("round": 3)"), "/round", "did you mean \"rounds\"?"},
    {"case_key_at_top", top(R"("messages": 3)"), "/messages", "belongs in \"defaults\" or in a case"},
    {"top_key_in_case", one(R"("rounds": 3)"), "/cases/0/rounds", "belongs at the top level"},
    {"member_in_case", one(R"("producer_ns": 3)"), "/cases/0/producer_ns", "belongs in \"work\""},
    {"unknown_case_key", one(R"("producer": 2)"), "/cases/0/producer", "did you mean \"producers\"?"},
    {"escaped_key", one(R"("a/b~c": 2)"), "/cases/0/a~1b~0c", "unknown key"},
    {"name_with_slash", top(R"("name": "../../etc/x")"), "/name", "letters"},
    {"name_hidden", top(R"("name": ".x")"), "/name", "letters"},
    {"comment_number", top(R"("comment": 5)"), "/comment", "a string"},
    {"rounds_zero", top(R"("rounds": 0)"), "/rounds", "the least is 1"},
    {"rounds_list", top(R"("rounds": [1, 2])"), "/rounds", "an integer"},
    {"seed_negative", top(R"("seed": -1)"), "/seed", "the least is 0"},
    {"seed_too_large", top(R"("seed": 18446744073709551616)"), "/seed", "the most is 18446744073709551615"},
    {"timeout_zero", top(R"("timeout_s": 0)"), "/timeout_s", "the least is 0.1"},
    {"precision_two", top(R"("precision": 2)"), "/precision", "the most is 1"},
    {"warmup_fraction", top(R"("warmup_rounds": 0.5)"), "/warmup_rounds", "whole number"},
    {"max_time_text", top(R"("max_time_s": "60")"), "/max_time_s", "write 60 without quotes"},
    {"defaults_list", top(R"("defaults": [])"), "/defaults", "a partial case"},
    {"defaults_bad_value", top(R"("defaults": {"wait": "sleep"})"), "/defaults/wait", "\"park\""},
    {"defaults_unknown_key", top(R"("defaults": {"waits": "spin"})"), "/defaults/waits", "\"wait\""},
    {"exclude_object", top(R"("exclude": {})"), "/exclude", "a list"},
    {"exclude_everything", top(R"("exclude": [{}])"), "/exclude/0", "leave out every case"},
    {"exclude_unknown_key", top(R"("exclude": [{"colour": 1}])"), "/exclude/0/colour", "unknown key"},
    {"exclude_bad_value", top(R"("exclude": [{"topology": "4"}])"), "/exclude/0/topology", "PxC"},
    {"all_excluded", top(R"("exclude": [{"transport": "shm_mpmc_ring"}])"), "/exclude", "every case"},
    {"no_transport", config_with(R"({"topology": "1x1"})"), "/cases/0", "transport is missing"},
    {"unknown_transport", config_with(R"({"transport": "shm_mpcm_ring"})"), "/cases/0/transport",
     "shm_mpmc_ring"},
    {"transport_number", config_with(R"({"transport": 5})"), "/cases/0/transport", "shm_mpmc_ring"},
    {"transport_null", config_with(R"({"transport": null})"), "/cases/0/transport", "shm_mpmc_ring"},
    {"empty_sweep", config_with(R"({"transport": []})"), "/cases/0/transport", "nothing to run"},
    {"bad_element", config_with(R"({"transport": ["shm_mpmc_ring", "x"]})"), "/cases/0/transport/1",
     "must be"},
    {"nested_sweep", one(R"("messages": [[1]])"), "/cases/0/messages/0", "an integer"},
    {"twice_in_sweep", one(R"("messages": [1000, 1e3])"), "/cases/0/messages/1", "comes twice"},
    {"topology_zero", one(R"("topology": "0x1")"), "/cases/0/topology", "PxC"},
    {"topology_capital", one(R"("topology": "2X2")"), "/cases/0/topology", "PxC"},
    {"topology_padded", one(R"("topology": "02x2")"), "/cases/0/topology", "PxC"},
    {"topology_huge", one(R"("topology": "99999999999999999999x1")"), "/cases/0/topology", "1 to 1024"},
    {"topology_sign", one(R"("topology": "+1x-1")"), "/cases/0/topology", "PxC"},
    {"topology_empty", one(R"("topology": "x")"), "/cases/0/topology", "PxC"},
    {"producers_zero", one(R"("producers": 0)"), "/cases/0/producers", "the least is 1"},
    {"consumers_many", one(R"("consumers": 1025)"), "/cases/0/consumers", "the most is 1024"},
    {"topology_twice", one(R"("topology": "2x2", "producers": 2)"), "/cases/0/producers", "beside topology"},
    {"amount_twice", one(R"("messages": 5, "duration_s": 1)"), "/cases/0/duration_s", "beside messages"},
    {"messages_text", one(R"("messages": "many")"), "/cases/0/messages", "an integer"},
    {"messages_zero", one(R"("messages": 0)"), "/cases/0/messages", "the least is 1"},
    {"messages_bool", one(R"("messages": true)"), "/cases/0/messages", "an integer"},
    {"messages_huge", one(R"("messages": 1e300)"), "/cases/0/messages", "the most is"},
    {"duration_zero", one(R"("duration_s": 0)"), "/cases/0/duration_s", "the least is 0.001"},
    {"payload_negative", one(R"("payload_bytes": -1)"), "/cases/0/payload_bytes", "the least is 0"},
    {"capacity_fraction", one(R"("capacity_slots": 1.5)"), "/cases/0/capacity_slots", "whole number"},
    {"capacity_word", one(R"("capacity_slots": "autos")"), "/cases/0/capacity_slots",
     "did you mean \"auto\"?"},
    {"batch_zero", one(R"("batch_messages": 0)"), "/cases/0/batch_messages", "the least is 1"},
    {"unknown_stop", one(R"("stop": "pil")"), "/cases/0/stop", "did you mean \"pill\"?"},
    {"unknown_wait", one(R"("wait": "prak")"), "/cases/0/wait", "did you mean \"park\"?"},
    {"unknown_workers", one(R"("workers": "threads")"), "/cases/0/workers", "did you mean \"thread\"?"},
    {"unknown_start", one(R"("start": "exec")"), "/cases/0/start", "\"spawn\""},
    {"load_text", one(R"("load": "open")"), "/cases/0/load", "an object"},
    {"load_unknown_key", one(R"("load": {"rate": 5})"), "/cases/0/load/rate", "rate_msgs_per_s"},
    {"load_bad_mode", one(R"("load": {"mode": "opened"})"), "/cases/0/load/mode", "\"closed\""},
    {"load_bad_arrival", one(R"("load": {"arrival": "poison"})"), "/cases/0/load/arrival", "poisson"},
    {"work_negative", one(R"("work": {"producer_ns": -5})"), "/cases/0/work/producer_ns", "the least is 0"},
    {"work_number", one(R"("work": 5)"), "/cases/0/work", "an object"},
    {"pin_empty", one(R"("pin": [])"), "/cases/0/pin", "a list of 1"},
    {"pin_negative", one(R"("pin": [0, -1])"), "/cases/0/pin/1", "the least is 0"},
    {"pin_huge", one(R"("pin": [4096])"), "/cases/0/pin/0", "the most is 1023"},
    {"pin_word", one(R"("pin": "spraed")"), "/cases/0/pin", "did you mean \"spread\"?"},
    {"options_unknown", one(R"("transport_options": {"colour": "a"})"), "/cases/0/transport_options/colour",
     "unknown"},
    {"options_list", one(R"("transport_options": "spin")"), "/cases/0/transport_options", "an object"},
    {"fault_bad_kind", one(R"("faults": [{"kind": "kil", "role": "producer", "phase": "in_push"}])"),
     "/cases/0/faults/0/kind", "did you mean \"kill\"?"},
    {"fault_incomplete", one(R"("faults": [{"kind": "kill"}])"), "/cases/0/faults/0", "is missing"},
    {"faults_object", one(R"("faults": {"kind": "kill"})"), "/cases/0/faults", "a list"},
    {"expect_unknown_check", one(R"("expect": {"terminaton": "fail"})"), "/cases/0/expect/terminaton",
     "termination"},
    {"expect_bad_outcome", one(R"("expect": {"order": "failed"})"), "/cases/0/expect/order",
     "did you mean \"fail\"?"},
    {"expect_empty_list", one(R"("expect": {"order": []})"), "/cases/0/expect/order", "a list of 1 to 3"},
    {"expect_bad_list", one(R"("expect": {"order": ["fail", "no"]})"), "/cases/0/expect/order/1", "\"pass\""},
    {"expect_text", one(R"("expect": "fail")"), "/cases/0/expect", "an object"},
    {"open_without_a_rate", one(R"("load": {"mode": "open"})"), "/cases/0/load", "needs a rate"},
    {"rate_and_steps", one(R"("load": {"mode": "open", "rate_msgs_per_s": 5, "steps":
     [{"rate_msgs_per_s": 5, "duration_s": 1}]})"),
     "/cases/0/load", "either one or steps"},
    {"half_a_step", one(R"("load": {"mode": "open", "steps": [{"rate_msgs_per_s": 5}]})"),
     "/cases/0/load/steps/0", "duration_s is missing"},
    {"bursts_of_what", one(R"("load": {"mode": "open", "rate_msgs_per_s": 5000, "burst_messages": 5},
     "messages": 5)"),
     "/cases/0/load", "arrival burst"},
    {"catching_up_slower", one(R"("load": {"mode": "open", "rate_msgs_per_s": 5e6, "catch_up": 0.5})"),
     "/cases/0/load", "use 1 or more"},
    {"catching_up_backwards", one(R"("load": {"mode": "open", "rate_msgs_per_s": 5e6, "catch_up": -2})"),
     "/cases/0/load/catch_up", "the least is 0"},
    {"catching_up_when_closed", one(R"("load": {"catch_up": 2})"), "/cases/0/load", "mode open"},
    {"rate_too_low", one(R"("load": {"mode": "open", "rate_msgs_per_s": 5}, "messages": 1000)"),
     "/cases/0/load", "take 200 s"},
    {"search_without_a_rate", one(R"("search": {"metric": "response_ns_p99", "at_most": 1e5})"),
     "/cases/0/search", "needs an open load"},
    {"search_of_what", one(R"("search": {"at_most": 1e5})"), "/cases/0/search", "metric is missing"},
    {"search_without_latency", one(R"("load": {"mode": "open", "rate_msgs_per_s": 5e5}, "latency": "off",
     "search": {"metric": "response_ns_p99", "at_most": 1e5})"),
     "/cases/0/search", "needs latencies"},
    {"closed_with_a_rate", one(R"("load": {"rate_msgs_per_s": 5})"), "/cases/0/load", "mode open"},
    {"unknown_codec", one(R"("codec": ["raw", "pickle"])"), "/cases/0/codec/1", "\"msgpack\" or \"json\""},
    {"codec_of_the_floor", R"({"cases": [{"transport": "null", "codec": "json"}]})", "/cases/0/codec",
     "no document"},
    {"document_too_large",
     R"({"cases": [{"transport": "unix_dgram", "payload_bytes": 20000, "codec": "json"}]})",
     "/cases/0/payload_bytes", "as json the payload may take 80132 bytes"},
    {"log_without_history", one(R"("history_operations": 5)"), "/cases/0/history_operations",
     "only verify history"},
    {"bursts_without_history", one(R"("history_burst_every_ms": 100)"), "/cases/0/history_burst_every_ms",
     "only verify history"},
    {"bursts_without_a_pause", one(R"("verify": "history", "history_burst_every_ms": 1)"),
     "/cases/0/history_burst_every_ms", "from 2 to 3600000"},
    {"logs_too_large", one(R"("verify": "history", "history_operations": 1073741824)"),
     "/cases/0/history_operations", "8 GiB"},
    {"fault_kills_a_thread", one(R"("faults": [{"kind": "kill", "role": "producer", "phase": "in_push"}])"),
     "/cases/0/faults", "strikes a whole process"},
    {"unpromised_topology", config_with(R"({"transport": "shm_spsc_ring", "topology": "2x1"})"),
     "/cases/0/topology", "shm_spsc_ring takes at most 1 producer"},
    {"unpromised_consumers", config_with(R"({"transport": "shm_spsc_ring", "consumers": 2})"),
     "/cases/0/consumers", "at most 1 consumer"},
    {"unpromised_default",
     config_with(R"({"transport": "shm_spsc_ring"})", R"("defaults": {"topology": "2x1"})"),
     "/defaults/topology", "shm_mpmc_ring"},
    {"some_of_a_sweep",
     config_with(R"({"transport": ["shm_spsc_ring", "shm_mpmc_ring"], "topology": ["1x1", "2x1"]})"),
     "/cases/0/topology/1", R"("exclude": [{"topology":"2x1","transport":"shm_spsc_ring"}])"},
    {"payload_unpromised", one(R"("payload_bytes": 1073741824)"), "/cases/0/payload_bytes",
     "carries at most"},
    {"capacity_unpromised", one(R"("capacity_slots": 1000000000000000000)"), "/cases/0/capacity_slots",
     "at most"},
    {"memory", one(R"("capacity_slots": 16777216, "payload_bytes": 1000000)"), "/cases/0/capacity_slots",
     "8 GiB"},
    {"spawned_threads", one(R"("start": "spawn")"), "/cases/0/start", "\"workers\": \"process\""},
    {"count_by_time", one(R"("stop": "count", "duration_s": 1)"), "/cases/0/stop", "number of messages"},
    {"deadline_by_count", one(R"("stop": "deadline")"), "/cases/0/stop", "needs duration_s"},
    {"exact_by_time", one(R"("verify": "exact", "duration_s": 1)"), "/cases/0/verify", "number of messages"},
    {"bitmap", one(R"("verify": "exact", "messages": 1000000000000)"), "/cases/0/messages", "8 GiB"},
    {"duration_beyond_timeout", one(R"("duration_s": 30)"), "/cases/0/duration_s", "timeout_s"},
    {"rate_when_closed", one(R"("load": {"rate_msgs_per_s": 5})"), "/cases/0/load", "mode open"},
    {"same_case_twice", config_with(R"({"transport": "shm_mpmc_ring"}, {"transport": "shm_mpmc_ring"})"),
     "/cases/1", "the same case is in /cases/0 already"},
    {"same_but_for_expect",
     config_with(
         R"({"transport": "shm_mpmc_ring"}, {"transport": "shm_mpmc_ring", "expect": {"order": "any"}})"),
     "/cases/1", "more than `expect`"},
};

class BadConfig : public testing::TestWithParam<Bad> {};

TEST_P(BadConfig, IsRefusedWithPlaceRuleAndRemedy) {
  const Bad& bad = GetParam();
  const std::vector<ConfigError> errors = errors_of(bad.text);
  const auto said = [&](const ConfigError& error) {
    return error.pointer == bad.pointer &&
           (error.rule + "; " + error.remedy).find(bad.word) != std::string::npos;
  };
  EXPECT_TRUE(std::any_of(errors.begin(), errors.end(), said)) << complaint_about(bad.text);
  EXPECT_EQ(errors.size(), 1U) << "one mistake, one error: " << complaint_about(bad.text);
}

INSTANTIATE_TEST_SUITE_P(Table, BadConfig, testing::ValuesIn(kBadConfigs),
                         [](const testing::TestParamInfo<Bad>& row) { return std::string(row.param.name); });

TEST(BadConfigs, AreManyKinds) { EXPECT_GE(kBadConfigs.size(), 40U); }

TEST(BadConfigs, TellEverythingAtOnce) {
  const std::string said = complaint_about(config_with(
      R"({"transport": "pip", "messages": -1, "colour": 1, "topology": "0x0", "wait": []},
         {"transport": "shm_spsc_ring", "topology": "2x2", "stop": "deadline"},
         {"transport": "shm_mpmc_ring", "topology": "2x2", "zebra": 1, "payload_bytes": 1073741824})",
      R"("rounds": -1, "defaults": {"latency": "always"})"));
  for (const char* pointer : {"/cases/0/transport", "/cases/0/messages", "/cases/0/colour",
                              "/cases/0/topology", "/cases/0/wait", "/cases/1/topology", "/cases/1/stop",
                              "/cases/2/zebra", "/cases/2/payload_bytes", "/rounds", "/defaults/latency"})
    EXPECT_NE(said.find(pointer), std::string::npos) << pointer << " is not in: " << said;
}

TEST(BadConfigs, DoNotBlameWhatFollowsFromAnotherError) {
  EXPECT_EQ(errors_of(one(R"("stop": "deadline", "duration_s": -1)")).size(), 1U);
  EXPECT_EQ(
      errors_of(
          config_with(R"({"transport": "shm_mpmc_ring", "messages": "x"}, {"transport": "shm_mpmc_ring"})"))
          .size(),
      1U);
}

TEST(BadConfigs, TellTheSameRuleOnceAPlace) {
  const auto errors = errors_of(config_with(
      R"({"transport": "shm_spsc_ring", "topology": ["2x1", "3x1"], "wait": ["spin", "park"],
          "stop": ["pill", "close"]})"));
  EXPECT_EQ(errors.size(), 2U);
}

TEST(BadConfigs, ShowTheValue) {
  const auto errors = errors_of(one(R"("messages": "many")"));
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].value, "\"many\"");
}

TEST(BadConfigs, CountWhatTheyDoNotShow) {
  std::string members;
  for (int i = 0; i < 100'000; ++i) members += "\"k" + std::to_string(i) + "\": 1, ";
  const auto errors = errors_of(one(members + R"("messages": 5)"));
  ASSERT_EQ(errors.size(), 101U);
  EXPECT_NE(errors.back().rule.find("99900 more"), std::string::npos) << errors.back().rule;
}

TEST(BadConfigs, CannotWriteToTheTerminal) {
  const std::string said = complaint_about("{\"a\\u001b[2J\": \"\\u001b[31m\\n\\u009b\", \"cases\": []}");
  for (const char c : said) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << static_cast<int>(c);
}

}  // namespace
}  // namespace pcbench
