#include "history/rules.h"

#include <fmt/format.h>

#include "model/names.h"

namespace pcbench {

std::optional<BrokenRule> broken_rule(const Operation& op) {
  const bool push = op.kind == OperationKind::push;
  const bool pending = op.status == OperationStatus::pending;
  const bool carries = op.producer != kNoProducer;
  if (op.status == (push ? OperationStatus::empty : OperationStatus::full))
    return BrokenRule{"status", fmt::format("a {} cannot be {}", name_of(op.kind), name_of(op.status))};
  if (op.invoked_ns > kIntegerMax) return BrokenRule{"invoked_ns", "a time is at most 2^63 - 1"};
  if (pending != (op.returned_ns == kNeverReturned))
    return BrokenRule{"returned_ns", "null if and only if the status is pending"};
  if (!pending && op.returned_ns > kIntegerMax)
    return BrokenRule{"returned_ns", "a time is at most 2^63 - 1"};
  if (op.returned_ns < op.invoked_ns)
    return BrokenRule{"returned_ns",
                      fmt::format("{} is before invoked_ns, {}", op.returned_ns, op.invoked_ns)};
  if (!push && carries != (op.status == OperationStatus::ok))
    return BrokenRule{"producer", "a pop has a producer and a sequence if and only if it is ok"};
  if (push && !carries && (pending || op.status == OperationStatus::ok))
    return BrokenRule{"producer", "a push that is ok or pending has a producer and a sequence"};
  if (carries && op.sequence > kIntegerMax) return BrokenRule{"sequence", "a sequence is at most 2^63 - 1"};
  return std::nullopt;
}

}  // namespace pcbench
