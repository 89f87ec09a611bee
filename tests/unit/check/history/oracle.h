// Oracle: the definition of a linearizable queue, tried out. Exponential and plain, for a few operations.
#pragma once

#include "model/history.h"

namespace pcbench {

/// Whether the operations of HISTORY can be put into one order that keeps every certain "before" (returned
/// earlier than the other was invoked) and is a legal run of the promised queue: lossless, of its order and
/// capacity, empty and full exact. Pending operations may or may not happen. Guard 0; at most 16 operations.
[[nodiscard]] bool is_linearizable(const History& history);

}  // namespace pcbench
