// doctor_command: `bench doctor`.
#pragma once

#include <chrono>
#include <functional>
#include <ostream>
#include <string>
#include <thread>

#include "doctor/doctor.h"
#include "doctor/limits.h"
#include "report/formats.h"

namespace pcbench {

struct DoctorOptions {
  std::string root;  ///< stands for "/"; empty: this machine
  DoctorFacts facts;
  bool require_quiet = false;
  bool as_json = false;
  FormatOptions text;
  std::function<Limits()> limits = measure_limits;
  /// Between two looks at what is counted: long enough for a share of stolen time.
  std::function<void()> pause = [] { std::this_thread::sleep_for(std::chrono::milliseconds(200)); };
};

/// Returns the exit status: 0, or 6 where quiet is required and something spoils.
[[nodiscard]] int doctor_command(const DoctorOptions& options, std::ostream& out);

}  // namespace pcbench
