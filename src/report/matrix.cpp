// matrix: what each transport makes of each fault, as a table: rows are faults, columns transports.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "model/names.h"
#include "report/writers.h"

namespace pcbench {
namespace {

std::string fault_name(const FaultSpec& fault) {
  return fmt::format("{} {}{} {}", name_of(fault.kind), fault.consumer ? 'c' : 'p', fault.index,
                     name_of(fault.phase));
}

std::string column_of(const Case& config) {
  std::vector<std::string> names;
  for (const FaultSpec& fault : config.faults) names.push_back(fault_name(fault));
  return names.empty() ? "no fault" : fmt::format("{}", fmt::join(names, " + "));
}

template <class T>
std::size_t place_of(std::vector<T>& all, const T& one) {
  const auto found = std::find(all.begin(), all.end(), one);
  if (found != all.end()) return static_cast<std::size_t>(found - all.begin());
  all.push_back(one);
  return all.size() - 1;
}

}  // namespace

void write_matrix(const Report& report, const FormatOptions& /*options*/, std::ostream& out) {
  std::vector<std::string> transports;
  std::vector<std::string> faults;
  std::vector<std::vector<std::string>> cells;  // [fault][transport]
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    const CaseRecord& record = report.record.cases[i];
    const std::size_t row = place_of(faults, column_of(record.config));
    const std::size_t column = place_of(transports, record.config.transport);
    if (row >= cells.size()) cells.resize(row + 1);
    if (column >= cells[row].size()) cells[row].resize(column + 1);
    std::string& cell = cells[row][column];
    cell += (cell.empty() ? "" : ", ") + report.cases[i].fate + (report.cases[i].as_expected ? "" : " !");
  }
  std::size_t first = 5;
  for (const std::string& fault : faults) first = std::max(first, fault.size());
  std::vector<std::size_t> widths;
  for (std::size_t t = 0; t < transports.size(); ++t) {
    widths.push_back(transports[t].size());
    for (const auto& row : cells)
      if (t < row.size()) widths[t] = std::max(widths[t], row[t].size());
  }
  out << fmt::format("{:<{}}", "fault", first);
  for (std::size_t t = 0; t < transports.size(); ++t)
    out << fmt::format("  {:<{}}", transports[t], widths[t]);
  out << '\n';
  for (std::size_t f = 0; f < faults.size(); ++f) {
    out << fmt::format("{:<{}}", faults[f], first);
    for (std::size_t t = 0; t < transports.size(); ++t) {
      const bool there = t < cells[f].size() && !cells[f][t].empty();
      out << fmt::format("  {:<{}}", there ? cells[f][t] : "-", widths[t]);
    }
    out << '\n';
  }
  out << "\nconserved: all delivered once, in order, intact, everybody left. degraded(n): n messages died in "
         "the hands\nof a killed worker. fail-stop: the channel said that it is broken, and everybody left. "
         "hang(kind): the\nwatchdog ended it. !: not as the config expects.\n";
}

}  // namespace pcbench
