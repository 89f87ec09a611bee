// Limits: what the kernel says it allows, for refusals that name the number; and trying a case out.
#pragma once

#include <cstdint>
#include <exception>
#include <fstream>
#include <string>

#include "base/error.h"
#include "model/case.h"
#include "model/message.h"
#include "model/round_spec.h"

namespace pcbench {

/// The number in the file PATH below /proc/sys; WITHOUT where there is none.
[[nodiscard]] inline std::uint64_t kernel_limit(const std::string& path, std::uint64_t without) {
  std::uint64_t limit = without;
  if (!(std::ifstream("/proc/sys/" + path) >> limit)) return without;
  return limit;
}

/// Why the kernel here has no channel T for CONFIG: one is made and thrown away. Empty: it has.
template <class T>
[[nodiscard]] std::string refuse_by_trial(const Case& config) {
  RoundSpec spec{};
  spec.producers = config.producers;
  spec.consumers = config.consumers;
  spec.payload_bytes = config.payload_bytes;
  spec.message_bytes = static_cast<std::uint32_t>(message_bytes(config.payload_bytes));
  spec.capacity_slots = config.capacity_slots.value_or(0);
  spec.batch_messages = config.batch_messages;
  try {
    const T trial(spec);
  } catch (const Error& e) {
    return e.message + (e.hint.empty() ? "" : ": " + e.hint);
  }
  return {};
}

}  // namespace pcbench
