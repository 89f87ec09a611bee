#include "transport/kernel/rows.h"

#include "transport/kernel/eventfd_ring.h"
#include "transport/kernel/packets.h"
#include "transport/kernel/pipe_vmsplice.h"
#include "transport/kernel/pipes.h"
#include "transport/kernel/posix_mq.h"
#include "transport/kernel/streams.h"
#include "transport/kernel/sysv_mq.h"
#include "transport/parts/capacity.h"

namespace pcbench {
namespace {

using SocketpairStream = StreamTransport<SocketKind::pair_stream>;
using UnixStream = StreamTransport<SocketKind::unix_stream>;
using Tcp = StreamTransport<SocketKind::tcp>;
using SocketpairSeqpacket = PacketTransport<SocketKind::pair_seqpacket>;
using UnixDgram = PacketTransport<SocketKind::unix_dgram>;

/// A row of T: every call enters the kernel, so the loops are shared.
template <class T>
TransportRow kernel_row(std::string_view name, std::string_view help, std::string (*refuse)(const Case&),
                        std::string (*unavailable)() = nullptr) {
  return {name,
          help,
          T::kPromises,
          nullptr,
          false,
          refuse,
          create<T, Loops::shared>,
          attach<T, Loops::shared>,
          unavailable};
}

}  // namespace

std::vector<TransportRow> kernel_transports() {
  return {
      kernel_row<Fifo>("fifo", "a named pipe; its name is gone before any worker exists", Fifo::refuse),
      kernel_row<PipePacket>("pipe_packet",
                             "a pipe of packets (O_DIRECT): each read takes what one write put in",
                             PipePacket::refuse),
      kernel_row<PipeVmsplice>("pipe_vmsplice",
                               "a pipe that is given the producer's pages, for 64 KiB and more",
                               PipeVmsplice::refuse),
      kernel_row<SocketpairStream>("socketpair_stream", "a Unix stream socketpair for each producer",
                                   SocketpairStream::refuse),
      kernel_row<UnixStream>("unix_stream", "a Unix stream connection for each producer", UnixStream::refuse),
      kernel_row<Tcp>("tcp", "a TCP connection over the loopback for each producer, without Nagle's delay",
                      Tcp::refuse),
      kernel_row<SocketpairSeqpacket>("socketpair_seqpacket", "one Unix socketpair that keeps messages apart",
                                      SocketpairSeqpacket::refuse),
      kernel_row<UnixDgram>("unix_dgram", "one Unix datagram socket; as short as net.unix.max_dgram_qlen",
                            UnixDgram::refuse),
      kernel_row<PosixMq>("posix_mq", "a POSIX message queue; as short as fs.mqueue.msg_max", PosixMq::refuse,
                          PosixMq::unavailable),
      kernel_row<SysvMq>("sysv_mq", "a System V message queue; as small as kernel.msgmnb", SysvMq::refuse,
                         SysvMq::unavailable),
      kernel_row<EventfdRing>("eventfd_ring", "a ring in shared memory whose sleepers are woken by eventfds",
                              refuse_more_than_memory),
  };
}

}  // namespace pcbench
