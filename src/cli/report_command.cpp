#include <cstdio>
#include <string>

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "report/formats.h"
#include "report/html.h"

namespace pcbench {

ExitStatus report_command(const ReportOptions& options) {
  const std::string page = html_page(options.files);
  if (!page_has_charts())
    std::fputs(
        "note: this bench was built without uPlot, so the page shows tables instead of charts\n"
        "  remedy: build it where npm is: scripts/page does, and takes the same arguments\n",
        stderr);
  if (options.html == "-") return print_data(page);
  try {
    write_text_file(page, options.html);
  } catch (const Error& error) {
    print_error(error);
    return ExitStatus::not_written;
  }
  return ExitStatus::ok;
}

}  // namespace pcbench
