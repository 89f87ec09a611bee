// doctor: what of a machine will spoil a measurement, and the command that mends it. Reads /proc and /sys,
// changes nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/system_files.h"

namespace pcbench {

enum class Severity : std::uint8_t {
  fine,
  unknown,  ///< this system does not say
  advice,   ///< better without, but measurable
  spoils,   ///< `--require-quiet` refuses
};

struct Diagnosis {
  std::string id;  ///< stable, snake_case
  Severity severity = Severity::fine;
  std::string text;
  std::string remedy;  ///< a command, or what to do where no command helps; empty where all is fine
};

/// What the files cannot tell.
struct DoctorFacts {
  bool optimized = true;                 ///< the build of this program
  std::string sanitizers;                ///< compiled in; empty: none
  std::optional<std::uint32_t> workers;  ///< of the largest case of a config
};

/// One diagnosis for each thing examined, in a fixed order. PAUSE passes the time between two looks at what
/// is counted.
[[nodiscard]] std::vector<Diagnosis> examine(const SystemFiles& files, const DoctorFacts& facts,
                                             const std::function<void()>& pause);

/// The one spelling of a severity.
[[nodiscard]] std::string_view name_of(Severity severity) noexcept;

}  // namespace pcbench
