// The stop protocols, one row each; each file of this folder defines its row.
#pragma once

#include <span>
#include <string_view>

#include "worker/stop.h"

namespace pcbench {

extern const StopRow kCountStop, kCountLockedStop, kPillStop, kCloseStop, kDeadlineStop;
extern const StopRow kUnlockedCountStop, kCheckThenGetStop, kLockAcrossGetStop;  // the tutorial's bugs

[[nodiscard]] std::span<const StopRow* const> stops() noexcept;

/// The row called NAME; nullptr: there is none.
[[nodiscard]] const StopRow* find_stop(std::string_view name) noexcept;

}  // namespace pcbench
