// Whatever a file says, read_history gives a History that survives being written and judged, or an Error. A
// binary one is also read with its checksum put right, which would refuse nearly everything.
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>

#include "base/error.h"
#include "check/history/judge_history.h"
#include "fuzz.h"
#include "history/forms.h"
#include "history/history_file.h"

namespace {

using pcbench::History;

History again(const History& history, void (*write)(const History&, std::ostream&)) {
  std::stringstream file;
  write(history, file);
  return pcbench::read_history(file, "again");
}

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

void read_and_judge(const std::string& input) {
  using namespace pcbench;
  History history;
  try {
    std::istringstream in{input};
    history = read_history(in, "input");
  } catch (const Error& error) {
    require(!error.message.empty(), "an error without words");
    return;
  }
  require(again(history, write_history_binary) == history, "another history comes back from the binary form");
  // The names of workers that did nothing are not in the JSON form.
  const History from_json = again(history, write_history_json);
  require(from_json.operations.size() == history.operations.size(),
          "operations are missing in the JSON form");
  require(from_json.promises == history.promises, "other promises come back from the JSON form");
  try {
    require(!recheck(history).empty(), "no verdict");
  } catch (const Error& error) {
    require(!error.message.empty(), "an error without words");
  }
}

}  // namespace

void pcbench::test::read_hostile(std::string_view input) {
  std::string file(input);
  read_and_judge(file);
  if (file.empty() || file.front() != kHistoryMagic.front()) return;
  seal_history_binary(file);
  read_and_judge(file);
}
