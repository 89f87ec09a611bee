#include "worker/any_endpoint.h"

#include "worker/consume.h"
#include "worker/fault.h"
#include "worker/lock_hook.h"
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

}  // namespace

void produce_instrumented(AnyProducer& endpoint, Task& task, const StopRow& stop) noexcept {
  FaultPoint fault(task.slot().fault);
  const HookedLock hook(fault);
  FaultyProducer faulty(endpoint, fault);
  ProducerLoop(faulty, task).run(stop);
}

void consume_instrumented(AnyConsumer& endpoint, Task& task, ConsumerStop& stop) noexcept {
  FaultPoint fault(task.slot().fault);
  const HookedLock hook(fault);
  FaultyConsumer faulty(endpoint, fault);
  ConsumerLoop(faulty, task).run(stop);
}

}  // namespace pcbench
