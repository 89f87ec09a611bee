#include "worker/any_endpoint.h"

#include "worker/coded.h"
#include "worker/consume.h"
#include "worker/fault.h"
#include "worker/lock_hook.h"
#include "worker/logging.h"
#include "worker/produce.h"

namespace pcbench {
namespace {

/// Lets the transport itself strike the fault while it holds a lock.
class HookedLock {
 public:
  explicit HookedLock(FaultPoint& fault) noexcept {
    lock_hook = {[](void* point) { static_cast<FaultPoint*>(point)->at(FaultPhase::holding_lock); }, &fault};
  }
  HookedLock(const HookedLock&) = delete;
  HookedLock& operator=(const HookedLock&) = delete;
  ~HookedLock() { lock_hook = {}; }
};

void produce_logged(AnyProducer& endpoint, Task& task, const StopRow& stop) noexcept {
  LoggingProducer logging(endpoint, task.control().log(task.worker_id()), task.worker_id(), task.spec());
  ProducerLoop(logging, task).run(stop);
}

void consume_logged(AnyConsumer& endpoint, Task& task, ConsumerStop& stop) noexcept {
  LoggingConsumer logging(endpoint, task.control().log(task.worker_id()), task.worker_id(), task.spec());
  ConsumerLoop(logging, task).run(stop);
}

void produce_struck(AnyProducer& endpoint, Task& task, const StopRow& stop) noexcept {
  if (!is_struck(task)) return produce_logged(endpoint, task, stop);
  FaultPoint fault(task.slot().fault);
  const HookedLock hook(fault);
  FaultyProducer faulty(endpoint, fault);
  if (task.spec().verify != Verify::history) return ProducerLoop(faulty, task).run(stop);
  AnyProducerOf any(faulty);
  produce_logged(any, task, stop);
}

void consume_struck(AnyConsumer& endpoint, Task& task, ConsumerStop& stop) noexcept {
  if (!is_struck(task)) return consume_logged(endpoint, task, stop);
  FaultPoint fault(task.slot().fault);
  const HookedLock hook(fault);
  FaultyConsumer faulty(endpoint, fault);
  if (task.spec().verify != Verify::history) return ConsumerLoop(faulty, task).run(stop);
  AnyConsumerOf any(faulty);
  consume_logged(any, task, stop);
}

bool is_struck_or_logged(const Task& task) noexcept {
  return is_struck(task) || task.spec().verify == Verify::history;
}

}  // namespace

// The log goes outside the fault: a worker struck at any phase of a call leaves that call pending. The codec
// is next to the transport, which sees frames only.

void produce_any(AnyProducer& endpoint, Task& task, const StopRow& stop) noexcept {
  with_codec(endpoint, task, [&](AnyProducer& end) noexcept {
    if (is_struck_or_logged(task)) produce_struck(end, task, stop);
    else ProducerLoop(end, task).run(stop);
  });
}

void consume_any(AnyConsumer& endpoint, Task& task, ConsumerStop& stop) noexcept {
  with_codec(endpoint, task, [&](AnyConsumer& end) noexcept {
    if (is_struck_or_logged(task)) consume_struck(end, task, stop);
    else ConsumerLoop(end, task).run(stop);
  });
}

}  // namespace pcbench
