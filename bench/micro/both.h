// Both: the two sides of a bench at once, as threads or as processes.
#pragma once

#include <array>
#include <functional>

#include "model/case.h"

namespace pcbench::micro {

/// Runs both ENDS at once, each on a CPU of its own if there are two, and meanwhile MEANWHILE: in the calling
/// thread, or in a process of its own, so that it waits for no end that has died. Errors: Error from the
/// system, and where a process did not end as it should; the others are killed. Requires: for processes no
/// other thread and no other child of this process.
void run_both(WorkerKind workers, const std::array<std::function<void()>, 2>& ends,
              const std::function<void()>& meanwhile);

}  // namespace pcbench::micro
