#include "plan/item_keys.h"

#include "plan/choices.h"

namespace pcbench {

std::vector<KeyRow> fault_keys() {
  std::vector<KeyRow> rows = {
      {.key = "kind",
       .help =
           "what happens to the worker; takeover: a stop that the transport is told of, which none of ours "
           "takes for a death, because whoever goes on would write into what is another's by then",
       .names = choices<FaultKind>(),
       .required = true},
      {.key = "role", .help = "to a producer or a consumer", .names = choices<Role>(), .required = true},
      {.key = "index",
       .help = "to which of them, from 0",
       .fallback = "0",
       .integer = {{0, kWorkersMax - 1}}},
      {.key = "phase", .help = "in the middle of what", .names = choices<FaultPhase>(), .required = true},
      {.key = "after_messages",
       .help = "once it has moved so many",
       .fallback = "0",
       .integer = {{0, kMessagesMax}}},
      {.key = "duration_s",
       .help = "of a stop, a takeover or a delay",
       .fallback = "0.1",
       .number = {{0.001, 3600}}},
  };
  for (KeyRow& row : rows) row.sweeps = false;
  return rows;
}

std::vector<KeyRow> rate_step_keys() {
  std::vector<KeyRow> rows = {
      {.key = "rate_msgs_per_s", .help = "of all producers together", .number = kRates, .required = true},
      {.key = "duration_s", .help = "for how long", .number = {{0.001, 86400}}, .required = true}};
  for (KeyRow& row : rows) row.sweeps = false;
  return rows;
}

}  // namespace pcbench
