#include "stats/codec.h"

#include <optional>

#include "stats/measure.h"
#include "stats/rounds.h"

namespace pcbench {
namespace {

struct Timed {
  std::uint64_t ns = 0;
  std::uint64_t messages = 0;

  void add(const WorkerRecord& worker) {
    ns += worker.codec_ns;
    messages += worker.codec_timed;
  }
  [[nodiscard]] double mean() const { return static_cast<double>(ns) / static_cast<double>(messages); }
};

/// The mean of making a document and the mean of reading one; a ping_pong's workers do both.
std::optional<double> codec_ns_per_msg(const RoundRecord& round) {
  Timed made, read;
  const auto add_all = [&](const RoundRecord& way) {
    for (const WorkerRecord& worker : way.workers) (worker.role == Role::producer ? made : read).add(worker);
  };
  add_all(round);
  for (const RoundRecord& pongs : round.pongs) add_all(pongs);
  if (made.messages == 0 || read.messages == 0) return std::nullopt;
  return made.mean() + read.mean();
}

std::optional<double> codec_share(const RoundRecord& round) {
  const std::optional<double> each_ns = codec_ns_per_msg(round);
  double cpu_ns = 0;
  for (const WorkerRecord& worker : round.workers)
    cpu_ns += static_cast<double>(worker.cpu_user_ns + worker.cpu_system_ns);
  if (!each_ns || cpu_ns == 0) return std::nullopt;
  const double ways = static_cast<double>(1 + round.pongs.size());
  return ways * *each_ns * static_cast<double>(received(round)) / cpu_ns;
}

}  // namespace

std::vector<Metric> codec_metrics(const CaseRecord& record) {
  return {measure("codec_ns_per_msg", "ns/msg", false, record, codec_ns_per_msg),
          measure("codec_share", "1", false, record, codec_share)};
}

}  // namespace pcbench
