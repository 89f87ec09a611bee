// history: a History on disk: as the public JSON, and as a binary form of 32 bytes an operation.
// Layout      binary: [header 64][worker names 64 each][operations as in model/history.h], little-endian
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <ostream>
#include <string>

#include "model/history.h"

namespace pcbench {

/// Reads either form, told apart by the first bytes. NAME stands for the input in messages. Errors: Error
/// that names the place (JSON pointer, or line and column, or operation), the value and the rule; nothing is
/// repaired or skipped.
[[nodiscard]] History read_history(std::istream& in, const std::string& name);

/// The same for a file; "-" is standard input. Errors: also when it cannot be opened.
[[nodiscard]] History read_history_file(const std::string& path);

/// Errors: Error when OUT cannot take it all.
void write_history_json(const History& history, std::ostream& out);
void write_history_binary(const History& history, std::ostream& out);

}  // namespace pcbench
