#include "worker/any_endpoint.h"

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

}  // namespace

// The log goes outside the fault: a worker struck at any phase of a call leaves that call pending.

void produce_any(AnyProducer& endpoint, Task& task, const StopRow& stop) noexcept {
  if (!is_instrumented(task)) return ProducerLoop(endpoint, task).run(stop);
  if (task.slot().fault.kind == FaultKind::none) return produce_logged(endpoint, task, stop);
  FaultPoint fault(task.slot().fault);
  const HookedLock hook(fault);
  FaultyProducer faulty(endpoint, fault);
  if (task.spec().verify != Verify::history) return ProducerLoop(faulty, task).run(stop);
  AnyProducerOf any(faulty);
  produce_logged(any, task, stop);
}

void consume_any(AnyConsumer& endpoint, Task& task, ConsumerStop& stop) noexcept {
  if (!is_instrumented(task)) return ConsumerLoop(endpoint, task).run(stop);
  if (task.slot().fault.kind == FaultKind::none) return consume_logged(endpoint, task, stop);
  FaultPoint fault(task.slot().fault);
  const HookedLock hook(fault);
  FaultyConsumer faulty(endpoint, fault);
  if (task.spec().verify != Verify::history) return ConsumerLoop(faulty, task).run(stop);
  AnyConsumerOf any(faulty);
  consume_logged(any, task, stop);
}

}  // namespace pcbench
