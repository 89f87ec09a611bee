#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>

#include "cli/cli.h"

namespace pcbench {
namespace {

constexpr std::uint32_t kLogColumns = 120;
constexpr std::uint32_t kColumnsLeast = 40;
constexpr std::uint32_t kColumnsMost = 1000;

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

bool is_terminal(Stream stream) {
  return ::isatty(static_cast<int>(stream)) == 1 && variable("TERM") != "dumb";
}

FormatOptions format_options(Stream stream, bool color) {
  FormatOptions options;
  options.color = color && is_terminal(stream) && variable("NO_COLOR").empty();
  winsize size{};
  if (is_terminal(stream) && ::ioctl(static_cast<int>(stream), TIOCGWINSZ, &size) == 0 && size.ws_col != 0)
    options.width = size.ws_col;
  else if (const char* columns = std::getenv("COLUMNS"))
    options.width = static_cast<std::uint32_t>(std::strtoul(columns, nullptr, 10));
  else options.width = 0;
  if (options.width == 0) options.width = kLogColumns;
  options.width = std::clamp(options.width, kColumnsLeast, kColumnsMost);
  return options;
}

ExitStatus print_data(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EPIPE) break;
    if (written < 0 && errno != EINTR) {
      Error error = system_error("standard output");
      error.message = "cannot write: " + error.message;
      print_error(error);
      return ExitStatus::not_written;
    }
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ExitStatus::ok;
}

}  // namespace pcbench
