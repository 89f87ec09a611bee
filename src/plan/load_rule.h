// The rule about `load`, one of those of rules.h.
#pragma once

#include "plan/rules.h"

namespace pcbench {

void check_load(const Combination& it, Ruling& ruling);

}  // namespace pcbench
