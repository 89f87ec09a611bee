// Whether a round may be dropped without a judge: only when nothing that was counted speaks against it.
#pragma once

#include "model/record.h"
#include "run/setup.h"

namespace pcbench {

/// True: ROUND ended by itself, nobody found a contradiction, and of each producer exactly what it sent was
/// popped. What is cheap to see is all that is looked at: not the history.
[[nodiscard]] bool adds_up(const Setup& setup, const RoundRecord& round);

}  // namespace pcbench
