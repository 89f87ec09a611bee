#include "transport/registry.h"

#include <vector>

#include "transport/boost_message_queue.h"
#include "transport/boost_queue.h"
#include "transport/boost_spsc_queue.h"
#include "transport/brokers/rows.h"
#include "transport/external/rows.h"
#include "transport/kernel/rows.h"
#include "transport/locked_queue.h"
#include "transport/manager/manager.h"
#include "transport/messaging/rows.h"
#include "transport/mpi/job.h"
#include "transport/mpi/rows.h"
#include "transport/null.h"
#include "transport/numbers/manager_numbers.h"
#include "transport/numbers/shm_numbers.h"
#include "transport/parts/capacity.h"
#include "transport/peers/rows.h"
#include "transport/pipe.h"
#include "transport/pipe_locked.h"
#include "transport/shm_locked_queue.h"
#include "transport/shm_mpmc_ring.h"
#include "transport/shm_robust_queue.h"
#include "transport/shm_spsc_ring.h"
#include "transport/shm_value_ring.h"
#include "transport/textbook_queue.h"

#ifdef PCBENCH_SYMBOLIZER
/// Read by ThreadSanitizer's runtime: without it clang's knows no names, and so suppresses nothing.
extern "C" const char* __tsan_default_options() { return "external_symbolizer_path=" PCBENCH_SYMBOLIZER; }
#endif
#ifdef PCBENCH_THREAD_SANITIZER
/// Read by ThreadSanitizer's runtime. boost_queue.h says why this race is Boost's and harmless.
extern "C" const char* __tsan_default_suppressions() { return "race:boost::lockfree::queue\n"; }
#endif

namespace pcbench {
namespace {

std::unique_ptr<Channel> create_locked_queue(const RoundSpec& spec) {
  if (spec.transport_option.view() == "recursive") return create<LockedQueue<std::recursive_mutex>>(spec);
  if (spec.transport_option.view() == "spin") return create<LockedQueue<SpinMutex>>(spec);
  return create<LockedQueue<std::mutex>>(spec);
}

/// The keeper that the spec's option names, made from ARGUMENTS.
template <class... Arguments>
std::unique_ptr<Channel> make_shm_numbers(const RoundSpec& spec, const Arguments&... arguments) {
  if (spec.transport_option.view() == "atomic")
    return std::make_unique<NumbersChannel<ShmNumbers<Sync::atomic>>>(spec, arguments...);
  if (spec.transport_option.view() == "unlocked")
    return std::make_unique<NumbersChannel<ShmNumbers<Sync::unlocked>>>(spec, arguments...);
  return std::make_unique<NumbersChannel<ShmNumbers<Sync::locked>>>(spec, arguments...);
}
template <class... Arguments>
std::unique_ptr<Channel> make_manager_numbers(const RoundSpec& spec, const Arguments&... arguments) {
  using Way = ManagerUpdate;
  if (spec.transport_option.view() == "reassigned")
    return std::make_unique<NumbersChannel<ManagerNumbers<Way::reassigned>>>(spec, arguments...);
  if (spec.transport_option.view() == "nested")
    return std::make_unique<NumbersChannel<ManagerNumbers<Way::nested>>>(spec, arguments...);
  return std::make_unique<NumbersChannel<ManagerNumbers<Way::method>>>(spec, arguments...);
}

constexpr bool kFloor = true;
constexpr bool kReal = false;
constexpr auto kNoSpawn = nullptr;
constexpr bool kKeepsNumbers = true;
constexpr auto kNoOption = nullptr;
constexpr auto memory = refuse_more_than_memory;

std::string never(const Case& /*config*/) { return {}; }

/// Name, help, promises, option, floor, refuse, create, attach.
std::vector<TransportRow> rows() {
  return {
      {"null", "moves nothing: what remains is the harness's own cost",  //
       NullTransport::kPromises, kNoOption, kFloor, never, create<NullTransport>, attach<NullTransport>},
      {"pipe", "one kernel pipe; several writers or readers only where a frame is atomic",  //
       Pipe::kPromises, kNoOption, kReal, Pipe::refuse, create<Pipe>, attach<Pipe>},
      {"pipe_locked", "one kernel pipe with a writers' and a readers' lock, for frames of any size",  //
       PipeLocked::kPromises, kNoOption, kReal, refuse_pipe_size, create<PipeLocked>, attach<PipeLocked>},
      {"shm_spsc_ring", "our ring in shared memory for one producer and one consumer",  //
       ShmSpscRing::kPromises, kNoOption, kReal, memory, create<ShmSpscRing>, attach<ShmSpscRing>},
      {"shm_value_ring", "our ring for one and one whose small messages each tell that they are there",  //
       ShmValueRing::kPromises, kNoOption, kReal, memory, create<ShmValueRing>, attach<ShmValueRing>},
      {"shm_mpmc_ring", "our ring in shared memory for any number on each side",  //
       ShmMpmcRing::kPromises, kNoOption, kReal, memory, create<ShmMpmcRing>, attach<ShmMpmcRing>},
      {"shm_robust_queue", "a ring under two robust mutexes: outlives its users without a supervisor",  //
       ShmRobustQueue::kPromises, kNoOption, kReal, memory, create<ShmRobustQueue>, attach<ShmRobustQueue>},
      {"locked_queue", "a ring with a mutex for each side, between threads",  //
       kLockedQueuePromises, &kLockOption, kReal, memory, create_locked_queue, kNoSpawn},
      {"shm_locked_queue", "the same in shared memory, with mutexes of Boost.Interprocess",  //
       ShmLockedQueue::kPromises, kNoOption, kReal, memory, create<ShmLockedQueue>, attach<ShmLockedQueue>},
      {"textbook_queue",
       "std::mutex, std::deque and two condition variables: what everybody writes first",  //
       kTextbookQueuePromises, kNoOption, kReal, memory, create_for_size<TextbookQueue>, kNoSpawn},
      {"boost_spsc_queue", "boost::lockfree::spsc_queue, one producer and one consumer",  //
       kBoostSpscQueuePromises, kNoOption, kReal, memory, create_for_size<BoostSpscChannel>, kNoSpawn},
      {"boost_queue", "boost::lockfree::queue of fixed size, any number on each side",  //
       kBoostQueuePromises, kNoOption, kReal, memory, create_for_size<BoostQueueChannel>, kNoSpawn},
      {"boost_message_queue", "boost::interprocess::message_queue, any number on each side",  //
       BoostMessageQueue::kPromises, kNoOption, kReal, BoostMessageQueue::refuse, create<BoostMessageQueue>,
       kNoSpawn},
      {"manager", "a queue in a server process, asked over a Unix socket by each worker's proxy",  //
       Manager::kPromises, kNoOption, kReal, memory, create<Manager, Loops::shared>,
       attach<Manager, Loops::shared>},
      {"shm_numbers", "shared_state: numbers in shared memory, under a lock, atomic or neither",  //
       kNumbersPromises, &kSyncOption, kReal, never, make_shm_numbers<>, make_shm_numbers<Handles>, nullptr,
       kKeepsNumbers},
      {"manager_numbers", "shared_state: numbers in a server process, updated through proxies",  //
       kNumbersPromises, &kManagerUpdateOption, kReal, never, make_manager_numbers<>,
       make_manager_numbers<Handles>, nullptr, kKeepsNumbers},
  };
}

std::vector<TransportRow>& table() {
  static std::vector<TransportRow> all = [] {
    std::vector<TransportRow> joined = rows();
    for (const auto family : {kernel_transports, peer_transports, messaging_transports, broker_transports,
                              external_transports, mpi_transports}) {
      const std::vector<TransportRow> more = family();
      joined.insert(joined.end(), more.begin(), more.end());
    }
    return joined;
  }();
  return all;
}

}  // namespace

std::span<const TransportRow> transports() noexcept { return table(); }

const TransportRow* find_transport(std::string_view name) noexcept {
  for (const TransportRow& row : table())
    if (row.name == name) return &row;
  return nullptr;
}

void register_extra_transports(std::span<const TransportRow> extra) {
  table().insert(table().end(), extra.begin(), extra.end());
}

std::string why_unavailable(const TransportRow& row) {
  if (launched_by_mpi() && !row.between_hosts) return "it does not reach the ranks of an MPI job";
  return row.unavailable == nullptr ? std::string() : row.unavailable();
}

}  // namespace pcbench
