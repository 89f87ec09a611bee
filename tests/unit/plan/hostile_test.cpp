// Whatever bytes come in, out comes a plan or an Error with words; never a crash, never an endless wait.
#include <gtest/gtest.h>

#include <random>

#include "support.h"
#include "support/thinned.h"

namespace pcbench {
namespace {

const std::size_t kStride = test::stride(11);
const std::string kGood = config_with(
    R"({"transport": ["shm_spsc_ring", "shm_mpmc_ring"], "topology": ["1x1", "2x2"], "stop": "pill",
        "payload_bytes": 64,
        "work": {"producer_ns": [0, 100]}, "pin": [[0, 1], "none"], "capacity_slots": "auto",
        "expect": {"order": ["pass"]}},
       {"transport": "shm_mpmc_ring", "duration_s": 2.5e-1, "stop": "deadline", "faults": [],
        "load": {"mode": "closed"}})",
    R"("$schema": "../schemas/config-1.json", "name": "good", "comment": "caf\u00e9 é",
       "rounds": 2, "seed": 42,
       "defaults": {"workers": "process", "messages": 2000},
       "exclude": [{"transport": "shm_spsc_ring", "topology": "2x2"}])");

/// Plans TEXT; returns whether it was good. Anything but an Error with words fails the test.
bool survives(const std::string& text) {
  try {
    return !plan_of(text).cases.empty();
  } catch (const Error& error) {
    EXPECT_FALSE(error.message.empty());
    return false;
  }
}

TEST(Hostile, TheExampleIsGood) { EXPECT_EQ(complaint_about(kGood), ""); }

TEST(Hostile, EveryTruncationIsRefused) {
  for (std::size_t bytes = 0; bytes < kGood.size(); bytes += kStride)
    EXPECT_FALSE(survives(kGood.substr(0, bytes))) << "cut after " << bytes << " bytes";
}

TEST(Hostile, AnyOneByteMayBeMissingOrAnother) {
  for (std::size_t at = 0; at < kGood.size(); at += kStride) {
    std::string text = kGood;
    text.erase(at, 1);
    (void)survives(text);
    for (const char other : {'\0', '"', '[', '}', '-', '9', '\xff', ','}) {
      text = kGood;
      text[at] = other;
      (void)survives(text);
    }
  }
}

TEST(Hostile, AnyValueMayStandAnywhere) {
  const std::vector<Json> values = {nullptr,
                                    true,
                                    -1,
                                    0,
                                    1.5,
                                    1e300,
                                    UINT64_MAX,
                                    "",
                                    "x",
                                    Json::array(),
                                    Json::object(),
                                    Json::array({nullptr}),
                                    Json::array({Json::array()}),
                                    Json{{"a", 1}}};
  const Json good = Json::parse(kGood);
  const Json leaves = good.flatten();
  std::size_t places = 0;
  for (const auto& [pointer, leaf] : leaves.items()) {
    for (Json::json_pointer place(pointer); !place.empty(); place.pop_back()) {
      for (const Json& value : values) {
        if (places++ % kStride != 0) continue;
        Json document = good;
        document[place] = value;
        (void)survives(document.dump());
      }
    }
  }
}

TEST(Hostile, RandomBytesAreRefused) {
  std::mt19937_64 random(20240601);
  for (int i = 0; i < 2000; ++i) {
    std::string text(random() % 64, '\0');
    for (char& c : text) c = "{}[]\",:0123456789aex.- \\\xff\n"[random() % 26];
    EXPECT_FALSE(survives(text)) << text;
  }
}

TEST(Hostile, HugeButShallowConfigsAreRefusedSoon) {
  const std::size_t many = 500'000 / test::stride(5);
  std::string cases = "{}";
  for (std::size_t i = 0; i < many; ++i) cases += ",{}";
  EXPECT_FALSE(survives(config_with(cases)));
  std::string numbers = "0";
  for (std::size_t i = 1; i < many; ++i) numbers += "," + std::to_string(i);
  EXPECT_FALSE(survives(config_with(R"({"transport": "shm_mpmc_ring", "messages": [)" + numbers + "]}")));
  EXPECT_FALSE(survives(config_with(R"({"transport": "shm_mpmc_ring", "pin": [)" + numbers + "]}")));
  EXPECT_FALSE(survives(config_with(R"({"transport": ")" + std::string(10 * many, 'x') + "\"}")));
}

}  // namespace
}  // namespace pcbench
