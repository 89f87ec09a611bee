// Who reads stdout and stderr, and how to write to them.
#pragma once

#include <string_view>

#include "cli/exit_status.h"
#include "report/formats.h"

namespace pcbench {

enum class Stream : int { out = 1, err = 2 };

/// Whether lines can be redrawn there.
[[nodiscard]] bool is_terminal(Stream stream);

/// Colour on a terminal, unless COLOR is false or the environment says NO_COLOR or TERM=dumb; the terminal's
/// width, else that of COLUMNS, else enough for a log.
[[nodiscard]] FormatOptions format_options(Stream stream, bool color);

/// Writes TEXT to stdout. A reader that has gone away is no error; what else goes wrong is said on stderr,
/// and the status is not_written.
[[nodiscard]] ExitStatus print_data(std::string_view text);

}  // namespace pcbench
