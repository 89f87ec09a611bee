// The command line: what a user types, and the exit status that answers it.
#pragma once

#include "base/error.h"

namespace pcbench {

/// The whole of `bench` but its worker entry. Returns the exit status; what cannot be done as it was asked is
/// an Error, for which main exits with 2.
[[nodiscard]] int cli_main(int argc, char** argv);

/// Says on stderr what is wrong, where, and what to do about it.
void print_error(const Error& error);

}  // namespace pcbench
