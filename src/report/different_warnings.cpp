#include "report/different_warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace pcbench {

std::vector<Warning> different_warnings(const Report& report) {
  std::vector<Warning> different;
  std::vector<std::size_t> times;
  const auto add = [&](const Warning& warning, const std::string& case_id) {
    const auto known = std::find_if(different.begin(), different.end(),
                                    [&](const Warning& one) { return one.id == warning.id; });
    if (known != different.end()) {
      ++times[static_cast<std::size_t>(known - different.begin())];
      return;
    }
    different.push_back(warning);
    different.back().case_id = case_id;
    times.push_back(1);
  };
  for (const Warning& warning : report.warnings) add(warning, warning.case_id);
  for (std::size_t i = 0; i < report.cases.size(); ++i)
    for (const auto* list : {&report.record.cases[i].warnings, &report.cases[i].summary.warnings})
      for (const Warning& warning : *list) add(warning, report.record.cases[i].config.id);
  for (std::size_t i = 0; i < different.size(); ++i) {
    const std::string others = times[i] > 1 ? fmt::format(" and {} more", times[i] - 1) : "";
    if (const std::string& id = different[i].case_id; !id.empty())
      different[i].text += fmt::format(" ({}{})", id, others);
  }
  return different;
}

}  // namespace pcbench
