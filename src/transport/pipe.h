// pipe: one kernel pipe, written and read without blocking, a message a frame.
// Promises    any PxC as long as a frame is at most PIPE_BUF (4096 bytes) where several write or several
//             read, else 1x1; FIFO, lossless, thread and process (fork and spawn), closes by the end of file;
//             the kernel rounds capacity. `full` is a guess: a page is free only when all of it was read.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       run/ creates both ends and drops them; each endpoint closes its own duplicate.
// Layout      the kernel's. A run of several messages goes in by one write and out by one read. With several
//             writers it is cut to PIPE_BUF, which keeps it whole; with several readers it is one frame,
//             because what a read took cannot be put back. With batches and no capacity asked for, the pipe
//             is made as large as pipe-max-size, 1 MiB at most: a small one has its writer sleep at each run.
//             The kernel serialises reads, so a reader of whole frames finds whole frames.
// Pairs       the kernel's own lock
// Peer death  with frames of at most PIPE_BUF: written wholly or not at all, and nobody waits for the dead,
//             while another of their role is left. When the last consumer dies, producers fill the pipe and
//             wait: no EPIPE tells them, for the supervisor keeps a reading end for the final drain.
//             With larger ones: whoever reads half a frame before the end of file drops it and is told so
//             (cut_off), which ends the round as a fail-stop.
// Source      pipe(7)
#pragma once

#include "transport/parts/framed_pipe.h"

namespace pcbench {

class Pipe : public FramedPipe {
 public:
  using FramedPipe::FramedPipe;
};

}  // namespace pcbench
