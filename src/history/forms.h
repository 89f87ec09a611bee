// The two forms of a history file, as history_file.h chooses between them.
#pragma once

#include <array>
#include <istream>
#include <string>

#include "model/history.h"

namespace pcbench {

inline constexpr std::array<char, 8> kHistoryMagic = {'p', 'c', 'b', 'h', 'i', 's', 't', '\n'};

[[nodiscard]] History read_history_binary(std::istream& in, const std::string& name);
[[nodiscard]] History read_history_json(std::istream& in, const std::string& name);

/// Makes the checksum right of FILE, a binary history, whatever is in it: for who tests what lies behind it.
void seal_history_binary(std::string& file);

}  // namespace pcbench
