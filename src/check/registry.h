// The checks, one row each; each file of this folder that is named after a check defines its row.
#pragma once

#include "check/judge.h"

namespace pcbench {

extern const CheckRow kDeliveryCheck, kOrderCheck, kIntegrityCheck, kTerminationCheck, kCausalityCheck,
    kEmptyCheck, kCapacityCheck, kUpdatesCheck;

}  // namespace pcbench
