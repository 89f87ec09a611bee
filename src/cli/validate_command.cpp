#include <fmt/format.h>

#include <cstdio>

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "report/text.h"

namespace pcbench {

ExitStatus validate_command(const std::vector<std::string>& files) {
  ExitStatus status = ExitStatus::ok;
  const std::size_t width = format_options(Stream::err, false).width;
  for (const std::string& file : files) {
    try {
      const Plan plan = load_plan(file);
      status =
          worse(status, print_data(fmt::format("ok: {}: {}\n", file, counted(plan.cases.size(), "case"))));
      for (const Warning& warning : plan.warnings) {
        const std::string where = warning.case_id.empty() ? "" : warning.case_id + ": ";
        const std::string text = wrapped(fmt::format("warning: {}{}", where, warning.text), 9, width) +
                                 wrapped("  remedy: " + warning.remedy, 10, width);
        std::fputs(text.c_str(), stderr);
      }
    } catch (const Error& error) {
      print_error(error);
      status = worse(status, ExitStatus::usage);
    }
  }
  return status;
}

}  // namespace pcbench
