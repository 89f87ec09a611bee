#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "report/json_file.h"
#include "report/record_fields.h"
#include "report/record_file.h"
#include "report/writers.h"

namespace pcbench {
namespace {

constexpr std::string_view kRecordBegin = R"({"schema":"pcbench/record",)";
constexpr const char* kRecordRemedy = "give a file that `bench run` wrote with --out record:FILE";

/// JSON on one line; bytes that are no UTF-8, as memory of a crashed worker may hold, become U+FFFD.
std::string record_line(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

/// FNV-1a, 64 bits.
std::string checksum_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return fmt::format("{:016x}", hash);
}

void check_taker(const WorkerRecord& worker, const Case& config, const RecordPlace& place) {
  if (worker.tallies.size() != config.producers) place.reject("must have a tally of each producer");
  if (worker.findings.size() != kFindingKinds) place.reject("must have each kind of finding");
}

/// Everything that checks and statistics take for granted.
void check_round(const RoundRecord& round, const Case& config, const RecordPlace& place) {
  const std::size_t workers = std::size_t{config.producers} + config.consumers;
  if (round.workers.size() != workers) place.reject(fmt::format("must have {} workers", workers));
  for (std::size_t i = 0; i < workers; ++i) {
    const WorkerRecord& worker = round.workers[i];
    const bool produces = i < config.producers;
    if (worker.role != (produces ? Role::producer : Role::consumer) ||
        worker.index != (produces ? i : i - config.producers))
      place.reject("must have its workers in order, producers first");
    if (!produces) check_taker(worker, config, place);
  }
  if (round.drain) check_taker(*round.drain, config, place);
  if (round.bitmap && config.messages &&
      round.bitmap->size() != *config.messages / 64 + (*config.messages % 64 != 0))
    place.reject("must have a bit a message");
  for (const RoundRecord& pongs : round.pongs) {
    if (!pongs.pongs.empty()) place.reject("a way back has none of its own");
    check_round(pongs, config, place);
  }
}

void check_record(const RunRecord& run, const RecordPlace& place) {
  for (const CaseRecord& record : run.cases) {
    const RecordPlace here{&place, record.config.id};
    for (const RoundRecord& round : record.rounds)
      check_round(round, record.config, {&here, {}, round.index});
    for (const RoundRecord& round : record.discarded_rounds)
      check_round(round, record.config, {&here, {}, round.index});
  }
}

/// Each case record gets its config back.
void join_configs(RunRecord& run, const RecordPlace& place) {
  for (CaseRecord& record : run.cases) {
    const auto same = [&](const Case& config) { return config.id == record.config.id; };
    const auto config = std::find_if(run.plan.cases.begin(), run.plan.cases.end(), same);
    if (config == run.plan.cases.end())
      place.reject(fmt::format("its plan has no case {}", record.config.id));
    record.config = *config;
    if (record.config.producers == 0 || record.config.consumers == 0) place.reject("a case has no workers");
  }
}

void check_head(const OrderedJson& document, const std::string& path) {
  const auto has = [&](const char* key, std::string_view value) {
    return document.is_object() && document.contains(key) && document[key].is_string() &&
           document[key].get_ref<const std::string&>().starts_with(value);
  };
  if (!has("schema", "pcbench/record")) throw Error("is no record", path, kRecordRemedy);
  if (!has("schema_version", "1."))
    throw Error("is a record of a version that this program does not know: it reads 1.x", path,
                "read it with the program that wrote it");
}

}  // namespace

void write_record(const Report& report, const FormatOptions& /*options*/, std::ostream& out) {
  const std::string record = record_line(record_json(report.record));
  out << kRecordBegin << R"("schema_version":"1.0","checksum":")" << checksum_of(record) << R"(","record":)"
      << record << "}\n";
}

bool is_record_file(const std::string& path) {
  std::array<char, kRecordBegin.size()> begin{};
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), begin.size());
  return file && std::string_view(begin.data(), begin.size()) == kRecordBegin;
}

RunRecord record_of(const OrderedJson& document, const std::string& path) {
  check_head(document, path);
  const RecordPlace file{nullptr, path};
  const RecordPlace place{&file, "record"};
  if (!document.contains("record")) place.reject("is missing");
  RunRecord run;
  read_value(document["record"], place, run);
  join_configs(run, place);
  check_record(run, place);
  return run;
}

RunRecord read_record_file(const std::string& path) {
  const OrderedJson document = read_ordered_json_file(path);
  check_head(document, path);
  if (document.contains("record") &&
      document.value("checksum", OrderedJson()) != checksum_of(record_line(document["record"])))
    throw Error("the record is not what was written: its checksum differs", path,
                "it was changed or damaged, and nothing in it can be relied on; run the config again");
  return record_of(document, path);
}

}  // namespace pcbench
