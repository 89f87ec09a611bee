#include "plan/keys.h"

#include <algorithm>
#include <cctype>

#include "plan/choices.h"
#include "plan/item_keys.h"

namespace pcbench {
namespace {

// No more than any integer: transports have their own.
constexpr std::uint64_t kSlotsMax = 1'000'000'000'000'000'000;
constexpr std::uint64_t kLogOperationsMax = std::uint64_t{1} << 30U;
constexpr std::uint64_t kBurstEveryMsMax = 3'600'000;
constexpr std::uint64_t kWorkNsMax = 1'000'000'000;
constexpr std::uint64_t kCpusMax = 1024;  // CPU_SETSIZE of the C library

/// Those of the metrics that a rate drives up.
std::vector<Choice> search_metrics() {
  return {{"response_ns_p50"},    {"response_ns_p90"},  {"response_ns_p99"}, {"response_ns_p99_9"},
          {"response_ns_p99_99"}, {"service_ns_p50"},   {"service_ns_p90"},  {"service_ns_p99"},
          {"service_ns_p99_9"},   {"service_ns_p99_99"}};
}

bool is_topology(std::string_view text) { return parse_topology(text).has_value(); }
bool is_any_text(std::string_view /*text*/) { return true; }
/// It becomes a file's name: no slash, no leading dot, nothing a shell or terminal takes amiss.
bool is_name(std::string_view text) {
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.'; };
  return !text.empty() && text.size() <= 64 && std::isalnum(static_cast<unsigned char>(text[0])) != 0 &&
         std::all_of(text.begin(), text.end(), plain);
}

/// Who is connected by what.
std::vector<KeyRow> pipeline_keys() {
  return {
      {.key = "transport",
       .help = "the mechanism: a name of `bench list transports`",
       .names = transport_choices()},
      {.key = "transport_options",
       .help = "that transport's own keys, as `bench list transports` shows them",
       .fallback = "{}",
       .object = true,
       .members = option_keys()},
      {.key = "workload",
       .help = "pipeline: messages go one way; ping_pong: each is answered before the next is sent; "
               "shared_state: producers update numbers that they share, as many as capacity_slots",
       .fallback = R"("pipeline")",
       .names = choices<Workload>()},
      {.key = "topology",
       .help = "PxC: P producers and C consumers; each message goes to exactly one consumer",
       .fallback = R"("1x1")",
       .text = is_topology,
       .text_form = R"("PxC" with P and C from 1 to 1024)"},
      {.key = "producers",
       .help = "how many, instead of topology; without it 1",
       .integer = {{1, kWorkersMax}}},
      {.key = "consumers",
       .help = "how many, instead of topology; without it 1",
       .integer = {{1, kWorkersMax}}},
      {.key = "workers",
       .help = "what a worker is",
       .fallback = R"("thread")",
       .names = choices<WorkerKind>()},
      {.key = "start",
       .help = "how a process is made; spawn is a fresh program image that attaches by inherited descriptor",
       .fallback = R"("fork")",
       .names = choices<StartMethod>()},
  };
}

/// What goes through it, and how.
std::vector<KeyRow> traffic_keys() {
  return {
      {.key = "messages",
       .help = "in total per round, split exactly over the producers",
       .fallback = "1000000",
       .integer = {{1, kMessagesMax}}},
      {.key = "duration_s",
       .help = "how long producers produce, instead of messages",
       .number = {{0.001, 86400}}},
      {.key = "payload_bytes",
       .help = "bytes of a message beyond its envelope",
       .fallback = "64",
       .integer = {{0, 1U << 30U}}},
      {.key = "capacity_slots",
       .help = "slots of the channel, or auto: the transport's own best",
       .fallback = R"("auto")",
       .integer = {{1, kSlotsMax}},
       .names = {{"auto"}}},
      {.key = "batch_messages",
       .help = "messages per push or pop call",
       .fallback = "1",
       .integer = {{1, 65536}}},
      {.key = "stop",
       .help = "how consumers learn that it is over: a name of `bench list stops`",
       .fallback = R"("pill")",
       .names = stop_choices()},
      {.key = "wait",
       .help = "what a worker does while it cannot proceed",
       .fallback = R"("backoff")",
       .names = choices<WaitStrategy>()},
  };
}

/// How it is offered and handled.
std::vector<KeyRow> load_keys() {
  return {
      {.key = "load",
       .help = "closed: as fast as the channel takes them; open: at a given rate, whatever the channel does",
       .fallback = R"({"mode":"closed"})",
       .object = true,
       .members = {{.key = "mode", .help = "closed or open", .names = choices<LoadMode>()},
                   {.key = "rate_msgs_per_s", .help = "open: of all producers together", .number = kRates},
                   {.key = "arrival",
                    .help = "open: how they arrive; constant unless given",
                    .names = choices<Arrival>()},
                   {.key = "burst_messages",
                    .help = "arrival burst: how many a producer sends at once; 64 unless given",
                    .integer = {{1, 1'000'000}}},
                   {.key = "catch_up",
                    .help =
                        "open: how many times as fast as its schedule a producer goes while it is behind; "
                        "0: as fast as it can; 2 unless given",
                    .number = {{0, 1'000'000}}},
                   {.key = "steps",
                    .help =
                        "open: rates one after the other, from the first again when all are over, instead "
                        "of one rate",
                    .item = {{.key = "",
                              .help = "a rate for a time",
                              .object = true,
                              .members = rate_step_keys(),
                              .sweeps = false}},
                    .items = {1, kRateStepsMax}}}},
      {.key = "search",
       .help =
           "open: the highest rate that keeps a metric within a limit; rate_msgs_per_s is where the search "
           "begins",
       .object = true,
       .members =
           {{.key = "metric", .help = "which", .names = search_metrics(), .required = true},
            {.key = "at_most", .help = "its limit, in ns", .number = {{1, 3.6e12}}, .required = true}}},
      {.key = "work",
       .help = "busy work per message",
       .fallback = R"({"producer_ns":0,"consumer_ns":0})",
       .object = true,
       .members = {{.key = "producer_ns", .help = "of its producer", .integer = {{0, kWorkNsMax}}},
                   {.key = "consumer_ns", .help = "of its consumer", .integer = {{0, kWorkNsMax}}}}},
      {.key = "codec",
       .help = "how a message is serialized: a name of `bench list codecs`",
       .fallback = R"("raw")",
       .names = choices<Codec>()},
  };
}

/// Under which conditions, and what is looked at.
std::vector<KeyRow> judgement_keys() {
  return {
      {.key = "pin",
       .help = "which CPUs workers run on; a list of CPUs is one value: worker i gets its element i modulo "
               "the length",
       .fallback = R"("none")",
       .names = {{"none"}, {"compact"}, {"spread"}},
       .item = {{.key = "", .help = "a CPU", .integer = {{0, kCpusMax - 1}}, .sweeps = false}},
       .items = {1, kCpusMax}},
      {.key = "verify",
       .help = "none; online: every message in O(1) memory; exact: adds a bitmap; history: every operation",
       .fallback = R"("online")",
       .names = choices<Verify>()},
      {.key = "history_operations",
       .help = "verify history: how many operations each worker's log has room for; auto: what a round by "
               "count can need, at most 4194304",
       .fallback = R"("auto")",
       .integer = {{1, kLogOperationsMax}},
       .names = {{"auto"}}},
      {.key = "history_burst_every_ms",
       .help = "verify history: log only the messages that are pushed in bursts of 1 ms, a burst in so many "
               "ms; off: every operation",
       .fallback = R"("off")",
       .integer = {{2, kBurstEveryMsMax}},
       .names = {{"off"}}},
      {.key = "integrity",
       .help = "all: every payload byte is compared with what its producer must have sent",
       .fallback = R"("all")",
       .names = choices<Integrity>()},
      {.key = "latency",
       .help = "of which messages it is measured",
       .fallback = R"("sampled")",
       .names = choices<LatencyMode>()},
      {.key = "series_every_ms",
       .help = "a time series of each round in the report: rate and messages inside, once in so many ms",
       .fallback = R"("off")",
       .integer = {{1, 60'000}},
       .names = {{"off"}}},
      {.key = "faults",
       .help = "what is done to workers in mid-run",
       .fallback = "[]",
       .item = {{.key = "", .help = "a fault", .object = true, .members = fault_keys(), .sweeps = false}},
       .items = {0, 64}},
      {.key = "expect",
       .help =
           "per check: the outcomes with which the case is as expected; a check that is not named must pass",
       .fallback = "{}",
       .object = true,
       .members = expect_keys(),
       .sweeps = false},
  };
}

std::vector<KeyRow> make_top_keys() {
  return {
      {.key = "$schema",
       .help = "the schema an editor checks this file with",
       .text = is_any_text,
       .text_form = "a string"},
      {.key = "name",
       .help = "names the report; without it the file's name",
       .text = is_name,
       .text_form = "1 to 64 letters, digits, '_', '-' and '.', the first a letter or digit"},
      {.key = "comment",
       .help = "the question this config asks",
       .text = is_any_text,
       .text_form = "a string"},
      {.key = "rounds",
       .help = "exactly that many per case; without it, adaptive up to max_time_s with precision",
       .integer = {{1, 100'000}}},
      {.key = "warmup_rounds",
       .help = "untimed rounds before them, per case",
       .fallback = "1",
       .integer = {{0, 1000}}},
      {.key = "seed",
       .help = "of order, schedule, payload and faults",
       .fallback = "1",
       .integer = {{0, UINT64_MAX}}},
      {.key = "timeout_s",
       .help = "a round that takes longer is ended and reported, from the gate on",
       .fallback = "30",
       .number = {{0.1, 86400}}},
      {.key = "max_time_s",
       .help = "adaptive rounds: the time for all cases together",
       .fallback = "60",
       .number = {{0.1, 1e6}}},
      {.key = "precision",
       .help = "adaptive rounds: stop when the median's interval is within this part of it",
       .fallback = "0.02",
       .number = {{1e-4, 1}}},
      {.key = "defaults",
       .help = "a partial case: what every case has unless it says otherwise",
       .fallback = "{}"},
      {.key = "cases", .help = "what is run; a list where one value is expected is a sweep"},
      {.key = "exclude",
       .help = "partial cases to leave out of the sweeps; a list here means any of its values",
       .fallback = "[]"},
  };
}

}  // namespace

const std::vector<KeyRow>& top_keys() {
  static const std::vector<KeyRow> rows = make_top_keys();
  return rows;
}

const std::vector<KeyRow>& case_keys() {
  static const std::vector<KeyRow> rows = [] {
    std::vector<KeyRow> all = pipeline_keys();
    for (const auto& part : {traffic_keys(), load_keys(), judgement_keys()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return rows;
}

}  // namespace pcbench
