// comparison_output: where the forms of a comparison go.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "compare/comparison.h"
#include "report/formats.h"

namespace pcbench {

/// What the command line says of output.
struct ComparisonOutput {
  std::string format = "console";  ///< of stdout: console, json, markdown, github or junit
  std::vector<std::string> outs;   ///< FILE (JSON) or FORMAT:FILE; "-" is stdout
  FormatOptions text;
};

/// Errors: Error for an unknown format, or a file that could not be written. Call it before anything is
/// measured.
void check_output(const ComparisonOutput& output);

/// Writes COMPARISONS to every file of OUTPUT and to OUT. DOCUMENT is their JSON form. Errors: Error naming
/// the file; the others are written none the less.
void write_comparison(std::span<const Comparison> comparisons, const nlohmann::ordered_json& document,
                      const ComparisonOutput& output, std::ostream& out);

}  // namespace pcbench
