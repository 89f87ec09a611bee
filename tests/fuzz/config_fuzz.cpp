// Whatever a config says, parse_plan gives a Plan that can be run, or an Error with words in it.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "fuzz.h"
#include "plan/plan.h"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

void require_runnable(const pcbench::Plan& plan) {
  require(!plan.cases.empty(), "a plan of no cases");
  for (const pcbench::Case& config : plan.cases) {
    require(config.producers >= 1 && config.consumers >= 1, "a case without workers");
    require(config.messages.has_value() != config.duration_s.has_value(),
            "neither messages nor duration, or both");
    require(!config.id.empty() && !config.transport.empty() && !config.stop.empty(), "a case without names");
  }
}

}  // namespace

void pcbench::test::read_hostile(std::string_view input) {
  try {
    require_runnable(parse_plan(std::string(input), "input"));
  } catch (const ConfigErrors& errors) {
    require(!errors.errors.empty(), "errors, but none is named");
  } catch (const Error& error) {
    require(!error.message.empty(), "an error without words");
  }
}
