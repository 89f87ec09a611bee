#include "worker/ping_pong.h"

#include <algorithm>
#include <span>

#include "base/clock.h"
#include "model/histogram.h"
#include "worker/consume.h"
#include "worker/produce.h"

namespace pcbench {

void ask(Way<AnyProducer> there, Way<AnyConsumer> back, const StopRow& stop,
         ConsumerStop& back_stop) noexcept {
  const RoundSpec& spec = back.task.spec();
  const std::span<std::uint64_t> histogram = back.task.control().histogram(0);
  const bool by_count = spec.duration_ns == 0;
  const std::uint64_t deadline_ns = by_count ? UINT64_MAX : there.task.slot().begin_at_ns + spec.duration_ns;
  ProducerLoop pings(there.endpoint, there.task);
  ConsumerLoop pongs(back.endpoint, back.task);
  std::uint64_t left = by_count ? spec.messages : UINT64_MAX;
  for (std::uint64_t trip = 0; left != 0; ++trip) {
    const bool timed = spec.trip_every != 0 && trip % spec.trip_every == 0;
    const std::uint64_t begin_ns = timed || !by_count ? now_ns() : 0;
    if (begin_ns >= deadline_ns) break;
    const std::uint64_t count = std::min<std::uint64_t>(spec.batch_messages, left);
    if (!pings.push(count)) break;
    std::uint64_t answered = 0;
    for (std::uint64_t taken = 1; taken != 0 && answered < count; answered += taken)
      taken = pongs.take(back_stop);
    if (answered < count) break;
    if (timed) ++histogram[bucket_of(since(now_ns(), begin_ns))];
    left -= count;
  }
  pings.finish(stop);
  while (pongs.take(back_stop) != 0) {
  }
  pongs.finish();
}

void answer(Way<AnyConsumer> there, Way<AnyProducer> back, const StopRow& stop,
            ConsumerStop& there_stop) noexcept {
  ConsumerLoop pings(there.endpoint, there.task);
  ProducerLoop pongs(back.endpoint, back.task);
  for (std::uint64_t taken = pings.take(there_stop); taken != 0; taken = pings.take(there_stop))
    if (!pongs.push(taken)) break;
  pings.finish();
  pongs.finish(stop);
}

}  // namespace pcbench
