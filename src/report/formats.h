// report: from a Report to bytes. One file and one row a format.
#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include "model/report.h"

namespace pcbench {

/// How the text is going to be looked at.
struct FormatOptions {
  bool color = false;
  std::uint32_t width = 100;  ///< columns
};

/// A row of the registry of report formats.
struct FormatRow {
  std::string_view name;
  std::string_view help;
  void (*write)(const Report&, const FormatOptions&, std::ostream&);
};

[[nodiscard]] std::span<const FormatRow> formats() noexcept;

/// The row called NAME; nullptr: there is none.
[[nodiscard]] const FormatRow* find_format(std::string_view name) noexcept;

/// Whether PATH names (or could name) a plain file, which a report replaces as a whole; a device, pipe or
/// terminal only takes bytes in turn.
[[nodiscard]] bool is_replaceable(const std::string& path);

/// Tries whether a report could be written to PATH, without touching it. Errors: Error naming the path.
void check_writable(const std::string& path);

/// Writes REPORT to PATH by a temporary file beside it and a rename, so that PATH always holds a whole
/// report. A device or pipe is written to as it is. Errors: Error naming the path; what a file held before is
/// untouched.
void write_report_file(const Report& report, const FormatRow& format, const std::string& path);

/// The same for any text.
void write_text_file(std::string_view text, const std::string& path);

}  // namespace pcbench
