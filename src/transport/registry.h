// The transports, one row each.
#pragma once

#include <span>
#include <string_view>

#include "transport/transport.h"

namespace pcbench {

[[nodiscard]] std::span<const TransportRow> transports() noexcept;

/// The row called NAME; nullptr: there is none.
[[nodiscard]] const TransportRow* find_transport(std::string_view name) noexcept;

}  // namespace pcbench
