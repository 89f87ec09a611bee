#include "run/ping_pong.h"

#include "base/clock.h"
#include "base/mix.h"
#include "stop/registry.h"
#include "worker/coded.h"
#include "worker/ping_pong.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kPongSalt = 0x706f'6e67U;
constexpr std::uint32_t kAnswers = 0;  // as a worker of the way back
constexpr std::uint32_t kAsks = 1;

/// The second half of what follows the first handle, or the first.
Handles half_of(const Handles& handles, bool second) {
  const auto half = static_cast<std::ptrdiff_t>((handles.size() - 1) / 2);
  const auto begin = handles.begin() + 1 + (second ? half : 0);
  return {begin, begin + half};
}

}  // namespace

RoundSpec spec_of_pongs(const RoundSpec& there) noexcept {
  RoundSpec back = there;
  back.seed = mix64(there.seed ^ kPongSalt);  // a ping that comes back as it went is no pong
  back.producer_work_ns = back.consumer_work_ns = 0;
  return back;
}

PingPongChannel::PingPongChannel(const TransportRow& transport, const RoundSpec& there)
    : memory_(SharedRegion::create(Control::bytes_for(spec_of_pongs(there)))),
      back_(Control::format(memory_.data(), spec_of_pongs(there))),
      pings_(transport.create(there)),
      pongs_(transport.create(back_.spec())) {}

PingPongChannel::PingPongChannel(const TransportRow& transport, const RoundSpec& there,
                                 const Handles& handles)
    : memory_(SharedRegion::attach(FileDescriptor(handles.at(0)))),
      back_(Control::attach(memory_.data(), memory_.size())),
      pings_(transport.attach(there, half_of(handles, false))),
      pongs_(transport.attach(back_.spec(), half_of(handles, true))) {}

void PingPongChannel::produce(Task& task, const StopRow& stop, const std::function<void()>& at_gate) {
  back_.prefault(kAsks);
  Task home(back_, kAsks, task.slot());
  const auto home_stop = stop.consumer({back_.spec(), back_.stop(), home.slot(), kAsks});
  pings_->with_producer(0, [&](AnyProducer& pings) {
    pongs_->with_consumer(0, [&](AnyConsumer& pongs) {
      with_codec(pings, task, [&](AnyProducer& out) {
        with_codec(pongs, home, [&](AnyConsumer& in) {
          at_gate();
          ask({out, task}, {in, home}, stop, *home_stop);
        });
      });
    });
  });
}

void PingPongChannel::consume(Task& task, ConsumerStop& stop, const std::function<void()>& at_gate) {
  if (task.worker_id() == task.control().drain_id()) {
    pings_->consume(task, stop, at_gate);
    Task home(back_, back_.drain_id());
    pongs_->consume(home, stop, [] {});
    home.slot().end_at_ns = now_ns();
    return;
  }
  back_.prefault(kAnswers);
  Task away(back_, kAnswers, task.slot());
  const StopRow& row = *find_stop(task.spec().stop.view());
  pings_->with_consumer(0, [&](AnyConsumer& pings) {
    pongs_->with_producer(0, [&](AnyProducer& pongs) {
      with_codec(pings, task, [&](AnyConsumer& in) {
        with_codec(pongs, away, [&](AnyProducer& out) {
          at_gate();
          answer({in, task}, {out, away}, row, stop);
        });
      });
    });
  });
}

Handles PingPongChannel::handles() const {
  Handles all = {memory_.descriptor()};
  for (const Channel* channel : {pings_.get(), pongs_.get()})
    for (const int handle : channel->handles()) all.push_back(handle);
  return all;
}

void PingPongChannel::drop_ends(Keep keep) noexcept {
  pings_->drop_ends(keep);
  pongs_->drop_ends(keep);
}

}  // namespace pcbench
