// markup: quoting for the formats that other programs read.
#pragma once

#include <string>
#include <string_view>

namespace pcbench {

/// TEXT as XML character data or attribute value; control characters that XML 1.0 cannot hold become U+FFFD.
[[nodiscard]] std::string xml_escaped(std::string_view text);

/// TEXT in a cell of a Markdown table.
[[nodiscard]] std::string markdown_cell(std::string_view text);

/// A line by which GitHub's log annotates a run: LEVEL is "error", "warning" or "notice".
[[nodiscard]] std::string github_line(std::string_view level, std::string_view title, std::string_view text);

}  // namespace pcbench
