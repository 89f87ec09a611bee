#include "transport/peers/rows.h"

#include "transport/parts/capacity.h"
#include "transport/parts/package.h"
#include "transport/peers/boost_sync_queue.h"
#include "transport/peers/promises.h"

#ifdef PCBENCH_HAS_ATOMIC_QUEUE
#include "transport/peers/atomic_queue.h"
#endif
#ifdef PCBENCH_HAS_CK
#include "transport/peers/ck_ring.h"
#endif
#ifdef PCBENCH_HAS_CONCURRENTQUEUE
#include "transport/peers/concurrentqueue.h"
#endif
#ifdef PCBENCH_HAS_LIBCDS
#include "transport/peers/libcds_queue.h"
#endif
#ifdef PCBENCH_HAS_READERWRITERQUEUE
#include "transport/peers/readerwriterqueue.h"
#endif
#ifdef PCBENCH_HAS_TBB
#include "transport/peers/tbb_queue.h"
#endif

namespace pcbench {
namespace {

/// How a peer's channel is made; where its package was not found, why it cannot be.
struct Maker {
  std::unique_ptr<Channel> (*create)(const RoundSpec&);
  std::string (*unavailable)();
};

template <template <class> class T>
constexpr Maker kMade{create_for_size<T, PeerBlock>, nullptr};

#ifdef PCBENCH_THREAD_SANITIZER
/// It knows no fences, on which moodycamel's two queues stand, and sees nothing of TBB's compiled part: what
/// it says of them would be wrong, and takes a minute to suppress.
template <template <class> class /*T*/>
constexpr Maker kMadeUnseen{create_nothing, unseen_by_thread_sanitizer};
#else
template <template <class> class T>
constexpr Maker kMadeUnseen = kMade<T>;
#endif

#ifdef PCBENCH_HAS_ATOMIC_QUEUE
constexpr Maker kAtomicQueue = kMade<AtomicQueueChannel>;
constexpr Maker kAtomicQueueMpmc = kMade<AtomicQueueMpmcChannel>;
#else
constexpr Maker kAtomicQueue{create_nothing, [] { return install("libatomic-queue-dev"); }};
constexpr Maker kAtomicQueueMpmc = kAtomicQueue;
#endif
#ifdef PCBENCH_HAS_CK
constexpr Maker kCkRing = kMadeUnseen<CkRingChannel>;
#else
constexpr Maker kCkRing{create_nothing, [] { return install("libck-dev"); }};
#endif
#ifdef PCBENCH_HAS_CONCURRENTQUEUE
constexpr Maker kConcurrentQueue = kMadeUnseen<ConcurrentQueueChannel>;
#else
constexpr Maker kConcurrentQueue{create_nothing, [] { return install("libconcurrentqueue-dev"); }};
#endif
#ifdef PCBENCH_HAS_LIBCDS
constexpr Maker kLibcdsQueue = kMade<LibcdsChannel>;
#else
constexpr Maker kLibcdsQueue{create_nothing, [] { return install("libcds-dev"); }};
#endif
#ifdef PCBENCH_HAS_READERWRITERQUEUE
constexpr Maker kReaderWriterQueue = kMadeUnseen<ReaderWriterChannel>;
#else
constexpr Maker kReaderWriterQueue{create_nothing, [] { return install("libreaderwriterqueue-dev"); }};
#endif
#ifdef PCBENCH_HAS_TBB
constexpr Maker kTbbQueue = kMadeUnseen<TbbChannel>;
#else
constexpr Maker kTbbQueue{create_nothing, [] { return install("libtbb-dev"); }};
#endif

TransportRow peer(std::string_view name, std::string_view help, const Promises& promises,
                  const Maker& maker) {
  return {name,         help,    promises,         nullptr, false, refuse_more_than_memory,
          maker.create, nullptr, maker.unavailable};
}

}  // namespace

std::vector<TransportRow> peer_transports() {
  return {
      peer("atomic_queue", "max0x7ba's atomic_queue in its form for one producer and one consumer",
           kAtomicQueuePromises, kAtomicQueue),
      peer("atomic_queue_mpmc", "max0x7ba's atomic_queue for any number on each side, which it may reorder",
           kAtomicQueueMpmcPromises, kAtomicQueueMpmc),
      peer("ck_ring", "Concurrency Kit's ck_ring in its form for one producer and one consumer",
           kCkRingPromises, kCkRing),
      peer("readerwriterqueue", "moodycamel::ReaderWriterQueue, one producer and one consumer",
           kReaderWriterQueuePromises, kReaderWriterQueue),
      peer("concurrentqueue", "moodycamel::ConcurrentQueue with tokens and bulk calls, bounded by credits",
           kConcurrentQueuePromises, kConcurrentQueue),
      peer("libcds_queue", "cds::container::VyukovMPMCCycleQueue, any number on each side",
           kLibcdsQueuePromises, kLibcdsQueue),
      peer("tbb_queue", "tbb::concurrent_bounded_queue, any number on each side", kTbbQueuePromises,
           kTbbQueue),
      peer("boost_sync_queue", "boost::sync_bounded_queue, a ring under one mutex", kBoostSyncQueuePromises,
           kMade<BoostSyncChannel>),
  };
}

}  // namespace pcbench
