// The writers behind the rows of report/registry.cpp; each is one file.
#pragma once

#include "report/formats.h"

namespace pcbench {

void write_json(const Report& report, const FormatOptions& options, std::ostream& out);
void write_console(const Report& report, const FormatOptions& options, std::ostream& out);
void write_csv(const Report& report, const FormatOptions& options, std::ostream& out);
void write_matrix(const Report& report, const FormatOptions& options, std::ostream& out);
void write_gbench(const Report& report, const FormatOptions& options, std::ostream& out);
void write_gha(const Report& report, const FormatOptions& options, std::ostream& out);
void write_bmf(const Report& report, const FormatOptions& options, std::ostream& out);
void write_junit(const Report& report, const FormatOptions& options, std::ostream& out);
void write_markdown(const Report& report, const FormatOptions& options, std::ostream& out);
void write_github(const Report& report, const FormatOptions& options, std::ostream& out);
void write_record(const Report& report, const FormatOptions& options, std::ostream& out);
void write_hgrm(const Report& report, const FormatOptions& options, std::ostream& out);

}  // namespace pcbench
