// Setup: a case made ready to run here: its rows looked up, its orders in the form workers read, its CPUs
// chosen.
#pragma once

#include <cstdint>
#include <vector>

#include "model/case.h"
#include "model/round_spec.h"
#include "run/clock_skew.h"
#include "transport/registry.h"
#include "worker/stop.h"

namespace pcbench {

struct Setup {
  const Case* config;
  const TransportRow* transport;
  const StopRow* stop;
  RoundSpec spec;
  std::vector<std::int32_t> cpus;  ///< one per worker, producers first; -1: any
  ClockSkew clock{};               ///< between those CPUs; measured where verify is history
};

/// Errors: Error when a CPU of `pin` is not there, or a name is in no registry (validation finds that
/// earlier).
[[nodiscard]] Setup make_setup(const Case& config, std::uint64_t plan_seed);

/// How many CPUs this process may use.
[[nodiscard]] std::uint32_t usable_cpus();

/// How many CPUs workers have that are bound to CPUS (as in Setup): so many different ones, or all of ours.
[[nodiscard]] std::uint32_t count_cpus(const std::vector<std::int32_t>& cpus);

}  // namespace pcbench
