// The rule about `workload`, one of those of rules.h.
#pragma once

#include "plan/rules.h"

namespace pcbench {

void check_workload(const Combination& it, Ruling& ruling);

}  // namespace pcbench
