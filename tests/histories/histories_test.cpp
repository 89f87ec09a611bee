// Every check is shown to pass on its good histories and to fail on its bad ones, with the counter-example
// they name.
#include <charconv>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "evidence_builder.h"
#include "verdict_matchers.h"

namespace pcbench {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::vector<fs::path> all_histories() {
  std::vector<fs::path> files;
  for (const CheckRow& check : checks()) {
    if (check.judge == nullptr) continue;  // histories of operations: operations_test.cpp
    for (const auto& entry : fs::directory_iterator(fs::path(PCBENCH_HISTORIES_DIR) / check.name))
      if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The number that TEXT begins with; takes it and SKIP characters after it away.
std::uint64_t take_number(std::string_view& text, std::size_t skip = 0) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) throw Error("no number in '" + std::string(text) + "'");
  text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(end - text.data()) + skip));
  return value;
}

void play(RoundBuilder& round, std::uint32_t consumer, std::string_view pop) {
  pop.remove_prefix(1);
  const auto producer = static_cast<std::uint32_t>(take_number(pop, 1));
  if (pop == "pill") {
    round.pop_pill(consumer, producer);
    return;
  }
  const std::uint64_t first = take_number(pop);
  if (pop.empty()) {
    round.pop(consumer, producer, first);
    return;
  }
  const char what = pop.front();
  pop.remove_prefix(1);
  const std::uint64_t number = take_number(pop);
  if (what == '-') round.pop_run(consumer, producer, first, number);
  else if (what == '!') round.pop_corrupted(consumer, producer, first, number);
  else throw Error("what is '" + std::string(1, what) + "'?");
}

std::pair<Role, std::uint32_t> worker_of(const std::string& name) {
  return {name[0] == 'p' ? Role::producer : Role::consumer,
          static_cast<std::uint32_t>(std::stoul(name.substr(1)))};
}

CaseRecord read_history(const Json& json) {
  CaseRecord record = make_case(json.value("producers", 1U), json.value("consumers", 1U), 0);
  record.config.messages.reset();
  if (!json.at("messages").is_null()) record.config.messages = json["messages"].get<std::uint64_t>();
  record.config.verify = *value_of<Verify>(json.value("verify", "online"));
  record.promises.order = *value_of<Order>(json.value("order", "fifo"));
  record.config.stop = json.value("stop", "close");
  record.promises.at_least_once = json.value("at_least_once", false);

  RoundBuilder builder(record);
  for (const auto& [who, pops] : json.at("popped").items())
    for (const Json& pop : pops)
      play(builder, who == "drain" ? RoundBuilder::kDrain : worker_of(who).second, pop.get<std::string>());
  const Json sent = json.value("sent", Json::object());
  const Json gave_up = json.value("gave_up", Json::object());
  for (const auto& [who, count] : sent.items())
    builder.sent(worker_of(who).second, count.get<std::uint64_t>());
  for (const auto& [who, words] : gave_up.items())
    builder.gave_up(worker_of(who).first, worker_of(who).second, words.get<std::string>());
  const Json never_left = json.value("never_left", Json::array());
  for (const Json& who : never_left) {
    const auto [role, index] = worker_of(who.get<std::string>());
    builder.never_left(role, index, {ExitKind::hung, 9});
  }
  const Json killed = json.value("killed", Json::array());
  for (const Json& who : killed) {
    const auto [role, index] = worker_of(who.get<std::string>());
    builder.never_left(role, index, {ExitKind::signaled, 9, true});
  }
  builder.ended(*value_of<RoundEnd>(json.value("end", "completed")),
                *value_of<HangKind>(json.value("hang", "none")));
  RoundRecord round = builder.finish();
  const Json blocked = json.value("blocked", Json::array());
  for (const Json& worker : blocked)
    round.blocked.push_back({worker.at("worker"), worker.at("phase"), worker.value("waits_for", ""),
                             worker.value("holds", ""), "asleep", 0, 0});
  if (json.contains("numbers")) {
    record.config.workload = Workload::shared_state;
    round.numbers = json["numbers"].get<std::vector<std::uint64_t>>();
  }
  record.rounds = {round};
  return record;
}

Fact fact_in(const Json& json) {
  if (json.is_null()) return {};
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_string()) return json.get<std::string>();
  if (json.is_array()) return json.get<std::vector<std::string>>();
  return json.get<std::int64_t>();
}

template <class T>
void expect_same(const Json& expected, const char* key, const std::optional<T>& seen) {
  if (!expected.contains(key)) return;
  ASSERT_TRUE(seen) << key;
  EXPECT_EQ(expected[key].get<T>(), *seen) << key;
}

class StoredHistory : public testing::TestWithParam<fs::path> {};

TEST_P(StoredHistory, is_judged_as_its_name_says) {
  const fs::path& path = GetParam();
  const Json json = Json::parse(std::ifstream(path));
  const bool bad = path.filename().string().starts_with("bad-");
  ASSERT_TRUE(bad || path.filename().string().starts_with("ok-"));
  const Verdict verdict = verdict_of(read_history(json), path.parent_path().filename().string());
  EXPECT_EQ(verdict.outcome, bad ? Outcome::fail : Outcome::pass) << json.at("why") << '\n' << verdict.reason;

  const Json expect = json.value("expect", Json::object());
  EXPECT_TRUE(says(verdict.reason, expect.value("reason", ""))) << verdict.reason;
  const Json facts = expect.value("facts", Json::object());
  for (const auto& [name, value] : facts.items()) EXPECT_EQ(fact_of(verdict, name), fact_in(value)) << name;
  if (!bad) return;
  ASSERT_TRUE(expect.contains("counter_example")) << "a bad history names its counter-example";
  ASSERT_TRUE(verdict.counter_example);
  const Json& example = expect["counter_example"];
  expect_same(example, "producer", verdict.counter_example->producer);
  expect_same(example, "sequence", verdict.counter_example->sequence);
  expect_same(example, "consumer", verdict.counter_example->consumer);
  EXPECT_TRUE(says(verdict.counter_example->what, example.value("what", "")))
      << verdict.counter_example->what;
  EXPECT_EQ(verdict.counter_example->round, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, StoredHistory, testing::ValuesIn(all_histories()), [](const auto& file) {
  std::string name = file.param.parent_path().filename().string() + "_" + file.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Histories, exist_good_and_bad_for_every_check) {
  std::set<std::string> kinds;
  for (const fs::path& path : all_histories()) {
    const std::string file = path.filename().string();
    kinds.insert(path.parent_path().filename().string() + "/" + file.substr(0, file.find('-')));
  }
  for (const CheckRow& check : checks()) {
    if (check.judge == nullptr) continue;
    EXPECT_TRUE(kinds.contains(std::string(check.name) + "/ok")) << check.name;
    EXPECT_TRUE(kinds.contains(std::string(check.name) + "/bad")) << check.name;
  }
}

}  // namespace
}  // namespace pcbench
