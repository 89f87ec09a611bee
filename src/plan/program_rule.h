// The rule about transports whose rounds a program plays, one of those of rules.h.
#pragma once

#include "plan/rules.h"

namespace pcbench {

void check_program(const Combination& it, Ruling& ruling);

}  // namespace pcbench
