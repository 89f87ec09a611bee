// gate_commands: the command lines of `compare`, `ab`, `history` and `doctor`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/exit_status.h"
#include "compare/ab_command.h"
#include "compare/compare_command.h"
#include "compare/history_command.h"
#include "doctor/doctor_command.h"

namespace pcbench {

struct GateOptions {
  CompareOptions compare;
  AbOptions ab;
  HistoryOptions history;
  DoctorOptions doctor;
  std::string doctor_config;
  bool no_color = false;
};

/// Puts the four commands into APP. OPTIONS must live as long as APP.
void add_gate_commands(CLI::App& app, GateOptions& options);

/// Runs the one of them that APP has parsed.
[[nodiscard]] ExitStatus gate_command(const CLI::App& app, GateOptions& options);

}  // namespace pcbench
