// Faults: the supervisor's hand in a case's `faults`. The worker says where it is and waits; this acts.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <vector>

#include "model/record.h"
#include "run/crew.h"
#include "run/setup.h"
#include "transport/transport.h"
#include "worker/control.h"

namespace pcbench {

class Faults {
 public:
  Faults(const Setup& setup, Channel& channel, const Control& control, Crew& crew)
      : setup_(setup), channel_(channel), control_(control), crew_(crew) {}

  /// Writes the orders into the slots. Call it before the workers exist.
  void arm();
  /// Acts on every worker that has reached its phase, and on every death that was ordered. Call it often.
  void act();
  [[nodiscard]] bool any() const noexcept { return !setup_.config->faults.empty(); }
  /// What became of each. ROUND_START_NS is the zero of the times.
  [[nodiscard]] std::vector<FaultRecord> records(std::uint64_t round_start_ns) const;

 private:
  [[nodiscard]] std::uint32_t worker_of(const FaultSpec& fault) const noexcept {
    return fault.consumer ? setup_.spec.producers + fault.index : fault.index;
  }
  [[nodiscard]] Role role_of(std::uint32_t worker_id) const noexcept {
    return worker_id < setup_.spec.producers ? Role::producer : Role::consumer;
  }
  [[nodiscard]] std::uint32_t index_of(std::uint32_t worker_id) const noexcept {
    return role_of(worker_id) == Role::producer ? worker_id : worker_id - setup_.spec.producers;
  }
  void act_on(const FaultSpec& fault, FaultOrder& order);
  void bury(std::uint32_t worker_id);
  /// Lets the transport take over from WORKER_ID, which is stopped, if that was not begun. True: it is over.
  [[nodiscard]] bool taken_over_from(std::uint32_t worker_id);

  const Setup& setup_;
  Channel& channel_;
  const Control& control_;
  Crew& crew_;
  std::map<std::uint32_t, pid_t> presumed_dead_;  // and who tells the transport
};

}  // namespace pcbench
