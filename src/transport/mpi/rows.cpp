#include "transport/mpi/rows.h"

#include <cstdlib>
#include <string>

#include "base/error.h"
#include "transport/mpi/job.h"
#include "transport/mpi/window.h"

namespace pcbench {
namespace {

bool by_mpi = false;

std::optional<std::uint32_t> number_in(const char* name) noexcept {
  const char* const text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  return static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

constexpr Promises kMpiPromises = {
    .threads = false,
    .spawn_refusal = "its workers are ranks, which mpirun has started",
    .order = Order::per_producer,
    .capacity = CapacityRule::kernel,
    .capacity_slots_max = 1U << 20U,
    .empty = Exactness::guess,
    .full = Exactness::guess,
    .occupancy = Exactness::none,
    .timed = false,
};

std::string unavailable() {
  if (std::string why = why_no_mpi(); !why.empty()) return why;
  if (launched_by_mpi()) return {};
  return "its workers are ranks of an MPI job: mpirun -np 3 bench --config FILE --launcher mpi";
}

/// Nothing but messages passes between hosts: what needs memory that all workers see, or their processes in
/// the supervisor's hands, is refused.
std::string refuse(const Case& config) {
  const std::uint32_t needed = 1 + config.producers + config.consumers;
  if (const std::uint32_t ranks = mpi_place().value_or(MpiPlace{}).ranks; ranks < needed)
    return "one rank leads and each worker is one more: mpirun -np " + std::to_string(needed) +
           " where it was given " + std::to_string(ranks);
  if (config.stop != "pill" && config.stop != "close")
    return "stop " + config.stop +
           " counts in memory that all workers share, which hosts do not: pill or close";
  if (config.workload != Workload::pipeline)
    return "it has no way back and no memory of all: workload pipeline";
  if (!config.faults.empty()) return "a worker on another host is not in our hands: no faults";
  if (config.verify == Verify::history || config.verify == Verify::exact)
    return "verify exact and history write into memory that all workers share: online or none";
  if (config.pin.mode != PinMode::none) return "mpirun places ranks: no pin, but mpirun --bind-to";
  return {};
}

/// The supervisor's: it only knows what the ends on the ranks will come to.
class RemoteChannel final : public Channel {
 public:
  explicit RemoteChannel(const RoundSpec& spec) noexcept : window_(spec), spec_(spec) {}
  void produce(Task&, const StopRow&, const std::function<void()>&) override { throw_elsewhere(); }
  void consume(Task&, ConsumerStop&, const std::function<void()>&) override { throw_elsewhere(); }
  [[nodiscard]] Effective effective() const override { return window_.effective(spec_); }
  [[nodiscard]] Handles handles() const override { return {}; }
  void drop_ends(Keep /*keep*/) noexcept override {}
  void mourn(Role /*role*/, std::uint32_t /*index*/) noexcept override {}
  void close_for_the_dead() override { throw_elsewhere(); }

 private:
  [[noreturn]] static void throw_elsewhere() { throw Error("the ends of mpi are on its ranks"); }

  MpiWindow window_;
  RoundSpec spec_;
};

}  // namespace

std::optional<MpiPlace> mpi_place() noexcept {
  const auto rank = number_in("OMPI_COMM_WORLD_RANK");
  const auto ranks = number_in("OMPI_COMM_WORLD_SIZE");
  if (!rank || !ranks) return std::nullopt;
  return MpiPlace{*rank, *ranks};
}

std::string why_no_mpi() { return PCBENCH_WHY_NO_MPI; }  // as bench/CMakeLists.txt found out

void launch_by_mpi() noexcept { by_mpi = true; }
bool launched_by_mpi() noexcept { return by_mpi; }

std::vector<TransportRow> mpi_transports() {
  return {{.name = "mpi",
           .help = "messages of MPI between the ranks of a job, dealt to the consumers in turn",
           .promises = kMpiPromises,
           .option = nullptr,
           .floor = false,
           .refuse = refuse,
           .create = [](const RoundSpec& spec) -> std::unique_ptr<Channel> {
             return std::make_unique<RemoteChannel>(spec);
           },
           .attach = nullptr,
           .unavailable = unavailable,
           .between_hosts = true}};
}

}  // namespace pcbench
