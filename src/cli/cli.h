// The command line: what a user types, and the exit status that answers it.
#pragma once

#include "base/error.h"

namespace pcbench {

/// The whole of `bench` but its worker entry. Returns the exit status. Every Error ends here, on stderr and
/// with status 2: what could not be done as it was asked.
[[nodiscard]] int cli_main(int argc, char** argv);

/// Says on stderr what is wrong, where, and what to do about it.
void print_error(const Error& error);

}  // namespace pcbench
