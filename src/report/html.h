// html: one self-contained page from the JSON files of bench. The files stay inside it, whole.
#pragma once

#include <string>
#include <vector>

namespace pcbench {

/// The page of FILES: reports of `run`, and JSON of `ab`, `compare` and `history trend`. Errors: Error for a
/// file that cannot be read, is no JSON, or is none of these.
[[nodiscard]] std::string html_page(const std::vector<std::string>& files);

/// Whether this build's page has charts; without them it shows tables.
[[nodiscard]] bool page_has_charts() noexcept;

}  // namespace pcbench
