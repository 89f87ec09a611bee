#include "transport/messaging/rows.h"

#include "transport/kernel/packets.h"
#include "transport/messaging/promises.h"
#include "transport/parts/package.h"

#ifdef PCBENCH_HAS_ICEORYX
#include "transport/messaging/iceoryx.h"
#endif
#ifdef PCBENCH_HAS_NNG
#include "transport/messaging/nng_pipeline.h"
#endif
#ifdef PCBENCH_HAS_URING
#include "transport/messaging/io_uring.h"
#endif
#ifdef PCBENCH_HAS_ZMQ
#include "transport/messaging/zeromq.h"
#endif

namespace pcbench {
namespace {

[[maybe_unused]] std::unique_ptr<Channel> attach_nothing(const RoundSpec& spec, const Handles& /*handles*/) {
  return create_nothing(spec);
}
[[maybe_unused]] std::string refuse_nothing(const Case& /*config*/) { return {}; }

/// How a channel is made, what it refuses, and why it cannot be had here.
struct Maker {
  std::unique_ptr<Channel> (*create)(const RoundSpec&);
  std::unique_ptr<Channel> (*attach)(const RoundSpec&, const Handles&);
  std::string (*refuse)(const Case&);
  std::string (*unavailable)();
};

/// Every call enters the kernel or a library, so the loops are shared.
template <class T>
[[maybe_unused]] constexpr Maker made(std::string (*unavailable)() = nullptr) {
  return {create<T, Loops::shared>, attach<T, Loops::shared>, T::refuse, unavailable};
}
[[maybe_unused]] constexpr Maker absent(std::string (*unavailable)()) {
  return {create_nothing, attach_nothing, refuse_nothing, unavailable};
}

#ifdef PCBENCH_THREAD_SANITIZER
template <class T>
[[maybe_unused]] constexpr Maker kLibrary = absent(unseen_by_thread_sanitizer);
#else
/// Why T cannot be used on this machine, where that is to be asked.
template <class T>
constexpr std::string (*why_not())() {
  if constexpr (requires { T::unavailable(); }) return T::unavailable;
  return nullptr;
}
template <class T>
[[maybe_unused]] constexpr Maker kLibrary = made<T>(why_not<T>());
#endif

#ifdef PCBENCH_HAS_ICEORYX
constexpr Maker kIceoryx = kLibrary<Iceoryx>;
#else
constexpr Maker kIceoryx = absent([] { return install("libiceoryx-binding-c-dev and iceoryx"); });
#endif

#ifdef PCBENCH_HAS_NNG
constexpr Maker kNngInproc = kLibrary<NngPipeline<NngKind::inproc>>;
constexpr Maker kNngIpc = kLibrary<NngPipeline<NngKind::ipc>>;
#else
constexpr Maker kNngInproc = absent([] { return install("libnng-dev"); });
constexpr Maker kNngIpc = kNngInproc;
#endif
#ifdef PCBENCH_HAS_URING
constexpr Maker kIoUring = made<IoUring>(why_no_io_uring);
#else
constexpr Maker kIoUring = absent([] { return install("liburing-dev"); });
#endif
#ifdef PCBENCH_HAS_ZMQ
constexpr Maker kZmqInproc = kLibrary<ZmqPipeline<ZmqKind::inproc>>;
constexpr Maker kZmqIpc = kLibrary<ZmqPipeline<ZmqKind::ipc>>;
constexpr Maker kZmqTcp = kLibrary<ZmqPipeline<ZmqKind::tcp>>;
#else
constexpr Maker kZmqInproc = absent([] { return install("libzmq3-dev"); });
constexpr Maker kZmqIpc = kZmqInproc;
constexpr Maker kZmqTcp = kZmqInproc;
#endif

TransportRow row(std::string_view name, std::string_view help, const Promises& promises, const Maker& maker) {
  return {name,
          help,
          promises,
          nullptr,
          false,
          maker.refuse,
          maker.create,
          promises.spawn_refusal.empty() ? maker.attach : nullptr,
          maker.unavailable};
}

constexpr bool kThreadsOnly = true;

}  // namespace

std::vector<TransportRow> messaging_transports() {
  return {
      row("iceoryx", "shared memory that a daemon of its own lends in place: publish and subscribe",
          kIceoryxPromises, kIceoryx),
      row("io_uring", "socketpair_seqpacket through io_uring: a run of messages is one chain of requests",
          PacketTransport<SocketKind::pair_seqpacket>::kPromises, kIoUring),
      row("zmq_inproc", "ZeroMQ's PUSH and PULL between threads", zmq_promises(kThreadsOnly), kZmqInproc),
      row("zmq_ipc", "the same over Unix sockets, a connection for each producer",
          zmq_promises(!kThreadsOnly), kZmqIpc),
      row("zmq_tcp", "the same over TCP on the loopback", zmq_promises(!kThreadsOnly), kZmqTcp),
      row("nng_inproc", "nng's PUSH and PULL between threads", nng_promises(kThreadsOnly), kNngInproc),
      row("nng_ipc", "the same over a Unix socket", nng_promises(!kThreadsOnly), kNngIpc),
  };
}

}  // namespace pcbench
