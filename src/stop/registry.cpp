#include "stop/registry.h"

#include <array>

namespace pcbench {
namespace {

constexpr std::array<const StopRow*, 8> kStops = {&kPillStop,         &kCloseStop,        &kCountStop,
                                                  &kCountLockedStop,  &kDeadlineStop,     &kUnlockedCountStop,
                                                  &kCheckThenGetStop, &kLockAcrossGetStop};

}  // namespace

std::span<const StopRow* const> stops() noexcept { return kStops; }

const StopRow* find_stop(std::string_view name) noexcept {
  for (const StopRow* row : kStops)
    if (row->name == name) return row;
  return nullptr;
}

}  // namespace pcbench
