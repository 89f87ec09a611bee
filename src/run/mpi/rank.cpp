#include <sched.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "base/shared_region.h"
#include "run/mpi/leader.h"
#include "run/mpi/programs.h"
#include "run/mpi/wire.h"
#include "run/setup.h"
#include "run/worker_entry.h"

namespace pcbench {
namespace {

constexpr int kLeader = 0;
constexpr std::uint64_t kBeatEveryNs = 100'000'000;
constexpr std::uint64_t kLeaderSilentNs = 60'000'000'000;  // then nobody will ever want our evidence

/// Tells the leader that this rank is alive, and how far its worker is, whatever that worker is doing.
/// Threads     its own, which alone beats and listens for the leader; play() and rest() from the main thread
class Heart {
 public:
  explicit Heart(MPI_Comm communicator) : communicator_(communicator), thread_([this] { run(); }) {}
  Heart(const Heart&) = delete;
  Heart& operator=(const Heart&) = delete;
  ~Heart() {
    stopping_.store(true, std::memory_order_relaxed);  // relaxed: nothing hangs on it but the loop
    thread_.join();
  }

  /// From now on SLOT is told, its times moved by SHIFT_NS.
  void play(const WorkerSlot& slot, std::int64_t shift_ns) {
    const std::lock_guard lock(mutex_);
    slot_ = &slot;
    shift_ns_ = shift_ns;
  }
  void rest() {
    const std::lock_guard lock(mutex_);
    slot_ = nullptr;
  }

 private:
  void run() {
    std::uint64_t heard_ns = now_ns();
    while (!stopping_.load(std::memory_order_relaxed)) {  // relaxed: see above
      MPI_Status status;
      while (mpi_there(communicator_, kLeader, static_cast<int>(MpiTag::alive), status)) {
        static_cast<void>(mpi_take(communicator_, status));
        heard_ns = now_ns();
      }
      if (now_ns() - heard_ns > kLeaderSilentNs) ::_exit(1);
      beat();
      nap(kBeatEveryNs);
    }
  }

  void beat() {
    const std::lock_guard lock(mutex_);
    if (slot_ == nullptr) return;
    alignas(WorkerSlot) std::array<std::byte, sizeof(WorkerSlot)> copy;
    std::memcpy(copy.data(), static_cast<const void*>(slot_), copy.size());
    shift_times(*reinterpret_cast<WorkerSlot*>(copy.data()), shift_ns_);
    mpi_send(communicator_, kLeader, MpiTag::beat, copy.data(), copy.size());
  }

  MPI_Comm communicator_;
  std::mutex mutex_;
  const WorkerSlot* slot_ = nullptr;  // nullptr: no round is played
  std::int64_t shift_ns_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

/// A rank in all its rounds.
class Rank {
 public:
  Rank(MPI_Comm control, MPI_Comm messages, std::uint32_t worker_id)
      : communicator_(control), messages_(messages), worker_id_(worker_id), heart_(control) {}

  /// Plays rounds until the leader says that there will be none.
  void run() {
    for (;;) {
      const std::vector<std::byte> bytes = await(MpiTag::order);
      MpiOrder order;
      std::memcpy(static_cast<void*>(&order), bytes.data(), sizeof order);
      if (order.number == 0) return;
      if (worker_id_ < order.spec.producers + order.spec.consumers) play(order);
    }
  }

 private:
  /// The next message of TAG; others stay.
  std::vector<std::byte> await(MpiTag tag) {
    MPI_Status status;
    while (!mpi_there(communicator_, kLeader, static_cast<int>(tag), status)) mpi_wire::park(UINT64_MAX);
    return mpi_take(communicator_, status);
  }

  /// Answers pings until LAST comes, without a nap that the leader would take for distance. Returns it.
  std::vector<std::byte> answer_pings(MpiTag last) {
    for (;;) {
      MPI_Status status;
      if (mpi_there(communicator_, kLeader, static_cast<int>(MpiTag::ping), status)) {
        static_cast<void>(mpi_take(communicator_, status));
        const std::uint64_t time_ns = now_ns();
        mpi_send(communicator_, kLeader, MpiTag::pong, &time_ns, 1);
      }
      if (mpi_there(communicator_, kLeader, static_cast<int>(last), status))
        return mpi_take(communicator_, status);
      ::sched_yield();
    }
  }

  void play(const MpiOrder& order) {
    const std::vector<std::byte> offsets = answer_pings(MpiTag::offsets);
    RoundSpec spec = order.spec;
    spec.oversubscribed = ranks_on_this_host() > usable_cpus();
    const SharedRegion region = SharedRegion::create(Control::bytes_for(spec));
    const Control control = Control::format(region.data(), spec);
    // relaxed: nobody else is here; each producer closes its own links
    control.stop().producers_left.store(1, std::memory_order_relaxed);
    const MpiRound round{worker_id_, messages_, order.number, values_of<std::int64_t>(offsets), &control};
    const std::int64_t shift_ns = -round.offset_ns[worker_id_];
    WorkerSlot& slot = control.slot(worker_id_);
    slot.cpu = -1;
    slot.created_at_ns = now_ns();
    heart_.play(slot, shift_ns);
    work(round);
    heart_.rest();
    shift_times(slot, shift_ns);
    shift_times(control.slot(control.drain_id()), shift_ns);
    std::vector<std::byte> evidence;
    for (const auto part : evidence_of(control, worker_id_))
      evidence.insert(evidence.end(), part.begin(), part.end());
    mpi_send(communicator_, kLeader, MpiTag::evidence, evidence.data(), evidence.size());
    static_cast<void>(answer_pings(MpiTag::enough));
  }

  void work(const MpiRound& round) {
    const Control& control = *round.control;
    const RoundSpec& spec = control.spec();
    MpiAccount account(spec);
    ChannelOf<MpiTransport, Loops::shared> channel(spec, round, account);
    std::uint64_t ready_ns = 0;
    const bool left = run_worker(channel, control, worker_id_, [&] {
      ready_ns = now_ns();
      mpi_send(communicator_, kLeader, MpiTag::ready);
      static_cast<void>(await(MpiTag::go));
      control.gate().open();
    });
    if (!left) return;  // its slot says why, and the leader ends the round
    control.slot(worker_id_).ready_at_ns = ready_ns;
    mpi_send(communicator_, kLeader, MpiTag::done, account.batches_sent.data(), spec.consumers);
    account.inbox.expected = values_of<std::uint64_t>(await(MpiTag::totals));
    if (worker_id_ >= spec.producers) run_drain(channel, control);
  }

  static std::uint32_t ranks_on_this_host() {
    const char* const ranks = std::getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    return ranks == nullptr ? 1 : static_cast<std::uint32_t>(std::strtoul(ranks, nullptr, 10));
  }

  MPI_Comm communicator_;
  MPI_Comm messages_;
  std::uint32_t worker_id_;
  Heart heart_;
};

/// MPI as long as it lives.
class Session {
 public:
  Session() {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided);
    if (provided != MPI_THREAD_MULTIPLE)
      throw Error("this MPI takes no calls from two threads", "MPI_Init_thread", "use Debian's OpenMPI");
    MPI_Comm_dup(MPI_COMM_WORLD, &control);
    MPI_Comm_dup(MPI_COMM_WORLD, &messages);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    std::array<char, MpiBoard::kHostBytes> host{};
    ::gethostname(host.data(), host.size() - 1);
    hosts.resize(static_cast<std::size_t>(ranks));
    MPI_Gather(host.data(), host.size(), MPI_BYTE, hosts.data(), host.size(), MPI_BYTE, 0, control);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { MPI_Finalize(); }

  MPI_Comm control = MPI_COMM_NULL;
  MPI_Comm messages = MPI_COMM_NULL;
  int rank = 0;
  int ranks = 1;
  std::vector<std::array<char, MpiBoard::kHostBytes>> hosts;  // rank 0 only
};

}  // namespace

void mpi_rank_program() {
  // mpirun sends it to every rank at once: the leader's supervisor decides, and mpirun kills soon after.
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) std::signal(signal, SIG_IGN);
  const Session session;
  Rank(session.control, session.messages, static_cast<std::uint32_t>(session.rank - 1)).run();
}

void mpi_leader_program(MpiBoard& board) {
  for (const int signal : {SIGTERM, SIGPIPE}) std::signal(signal, SIG_IGN);
  set_thread_name("leader");
  const Session session;
  for (std::size_t rank = 1; rank < session.hosts.size(); ++rank) board.hosts[rank - 1] = session.hosts[rank];
  Leader(session.control, session.ranks - 1, board).run();
}

}  // namespace pcbench
