// Ping-pong: one worker asks, the other answers every message with one of its own, through two channels; the
// next question waits for the answer to the last. The loops are those of produce.h and consume.h, taken a
// step at a time; each way has its own evidence, so that every ping and every pong is accounted for and its
// bytes compared.
//   the round trip   from before the ping is built until its pong was popped and looked at; with batches,
//                    from the first ping until the last pong. A timed one holds one look at the clock.
// Peer death  the other waits for ever; the watchdog ends the round
#pragma once

#include "worker/any_endpoint.h"
#include "worker/stop.h"
#include "worker/task.h"

namespace pcbench {

/// One worker's part in one channel.
template <class End>
struct Way {
  End& endpoint;
  Task& task;
};

/// Asks as often as the case says, then ends the way there by STOP and leaves when the way back is over.
/// Requires: the gate is open.
void ask(Way<AnyProducer> there, Way<AnyConsumer> back, const StopRow& stop,
         ConsumerStop& back_stop) noexcept;

/// Answers until the way there is over, then ends the way back.
void answer(Way<AnyConsumer> there, Way<AnyProducer> back, const StopRow& stop,
            ConsumerStop& there_stop) noexcept;

}  // namespace pcbench
