#include "check/registry.h"

#include <array>

namespace pcbench {

std::span<const CheckRow> checks() noexcept {
  // Local, because the rows are constants of other files, and only a call comes certainly after their
  // initialization.
  static const std::array<CheckRow, 8> rows = {kDeliveryCheck,    kOrderCheck,     kIntegrityCheck,
                                               kTerminationCheck, kCausalityCheck, kEmptyCheck,
                                               kCapacityCheck,    kUpdatesCheck};
  return rows;
}

}  // namespace pcbench
