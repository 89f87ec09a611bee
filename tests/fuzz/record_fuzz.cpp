// Whatever a record says, it is judged and summarized, or an Error with words in it. The checksum is left
// out: it would refuse nearly everything.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "cli/assemble.h"
#include "fuzz.h"
#include "report/record_file.h"

void pcbench::test::read_hostile(std::string_view input) {
  const OrderedJson document = OrderedJson::parse(input, nullptr, false);
  if (document.is_discarded()) return;
  try {
    RunRecord run = record_of(document, "hostile.rec");
    const std::size_t cases = run.cases.size();
    run.complete = true;
    if (Assembler().assemble(std::move(run)).cases.size() == cases) return;
    std::fputs("a case was not judged\n", stderr);
  } catch (const Error& error) {
    if (!error.message.empty()) return;
    std::fputs("an error without words\n", stderr);
  }
  std::abort();
}
