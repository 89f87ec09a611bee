// A program of one's own that plays a round and has it judged: what pcbench's library is installed for.
//   example TRANSPORT    exits with 1 where a verdict is not pass, 2 where the round cannot be played
#include <cstdio>
#include <string>

#include "base/error.h"
#include "check/judge.h"
#include "plan/plan.h"
#include "run/execute.h"

int main(int argc, char** argv) {
  if (pcbench::is_worker_command(argc, argv)) return pcbench::worker_main(argc, argv);
  const std::string transport = argc > 1 ? argv[1] : "";
  const std::string config = R"({"name": "example", "rounds": 1, "warmup_rounds": 0, "cases": [
      {"transport": ")" + transport +
                             R"(", "topology": "2x2", "messages": 10000}]})";
  try {
    pcbench::RunObserver nobody;
    const pcbench::RunRecord run = pcbench::execute(pcbench::parse_plan(config, "example"), nobody);
    const pcbench::CaseReport report = pcbench::judge_case(run.cases.front());
    for (const pcbench::Verdict& verdict : report.verdicts)
      std::printf("%s: %s\n", verdict.check.c_str(),
                  verdict.outcome == pcbench::Outcome::pass ? "pass" : verdict.reason.c_str());
    return report.outcome == pcbench::Outcome::pass ? 0 : 1;
  } catch (const pcbench::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
