// The transports, one row each.
#pragma once

#include <span>
#include <string_view>

#include "transport/transport.h"

namespace pcbench {

[[nodiscard]] std::span<const TransportRow> transports() noexcept;

/// The row called NAME; nullptr: there is none.
[[nodiscard]] const TransportRow* find_transport(std::string_view name) noexcept;

/// Adds ROWS behind the program's own, for a program that brings transports of its own. Requires: first thing
/// in main, before anything asks for a row; names that are not taken.
void register_extra_transports(std::span<const TransportRow> rows);

}  // namespace pcbench
