// stored_reports: report files for tests, as `bench run` writes them.
#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

namespace pcbench::test {

using Json = nlohmann::json;

/// A folder that is gone with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pcbench-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
    return path(name);
  }
  std::string write(const std::string& name, const Json& json) const { return write(name, json.dump(1)); }

 private:
  std::filesystem::path path_;
};

/// COUNT samples about CENTRE with SPREAD of relative noise.
inline std::vector<double> samples(double centre, double spread, std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> noise(0, spread);
  std::vector<double> values(count);
  for (double& value : values) value = centre * noise(random);
  return values;
}

inline Json metric(const std::string& unit, bool higher_is_better, const std::vector<double>& values) {
  return {{"unit", unit}, {"better", higher_is_better ? "higher" : "lower"}, {"samples", values}};
}

/// A passed case with ROUNDS rounds, its rate divided and its latency multiplied by SLOWDOWN.
inline Json passed_case(const std::string& id, double slowdown, std::uint64_t seed, std::size_t rounds = 12) {
  Json one = {{"id", id},
              {"outcome", "pass"},
              {"expected", "pass"},
              {"as_expected", true},
              {"floor", false},
              {"params", {{"transport", "pipe"}}},
              {"verdicts", {{{"check", "delivery"}, {"outcome", "pass"}}}},
              {"metrics",
               {{"throughput_msgs_per_s", metric("msg/s", true, samples(4e6 / slowdown, 0.01, rounds, seed))},
                {"service_ns_p50", metric("ns", false, samples(900 * slowdown, 0.01, rounds, seed + 1))},
                {"service_ns_p99", metric("ns", false, samples(4000 * slowdown, 0.01, rounds, seed + 2))},
                {"quiesce_ns", metric("ns", false, samples(1000, 0.01, rounds, seed + 3))}}},
              {"rounds", Json::array()}};
  for (std::size_t i = 0; i < rounds; ++i)
    one["rounds"].push_back(
        {{"index", i},
         {"elapsed_ns", 50'000'000},
         {"placement", {{"class", "unknown"}}},
         {"workers", {{{"role", "producer"}, {"pid", 1}}, {{"role", "consumer"}, {"pid", 2}}}}});
  return one;
}

inline Json report(const std::vector<Json>& cases) {
  return {
      {"schema", "pcbench/report"},
      {"schema_version", "1.0"},
      {"tool", {{"name", "pcbench"}, {"git_commit", "abc"}, {"build", {{"sanitizers", Json::array()}}}}},
      {"environment",
       {{"host", {{"id", "1"}}}, {"cpu", {{"model", "Some CPU"}, {"cores", 2}}}, {"kernel", "Linux 6.1"}}},
      {"name", "test"},
      {"config", {{"cases", Json::array()}}},
      {"config_hash", "0123"},
      {"seed", 1},
      {"started_at", "2024-01-01T00:00:00Z"},
      {"complete", true},
      {"cases", cases}};
}

/// The same case, failed.
inline Json failed(Json one) {
  one["outcome"] = "fail";
  one["as_expected"] = false;
  one["verdicts"][0]["outcome"] = "fail";
  one["verdicts"][0]["reason"] = "3 lost";
  return one;
}

}  // namespace pcbench::test
