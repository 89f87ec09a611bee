// The page of `bench report --html`, put together from web/ when the program is built.
#pragma once

#include <string_view>

namespace pcbench {

/// Where the data belong in the template; it stands there once. The template is ASCII, as the data are: any
/// other character makes a browser take twice the time to decode all of a long page.
inline constexpr std::string_view kPageData = "@PAGE_DATA@";

[[nodiscard]] std::string_view page_template() noexcept;

}  // namespace pcbench
