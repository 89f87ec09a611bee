// What a reader of files is fed with: each *_fuzz.cpp defines read_hostile, which must return whatever it is
// given; libfuzzer.cpp and replay.cpp are the two ways to call it.
#pragma once

#include <string_view>

namespace pcbench::test {

/// Lets the reader read INPUT. An Error is a good answer; any other exception, a crash, a sanitizer's report
/// or a result that cannot be is not, and ends the program.
void read_hostile(std::string_view input);

}  // namespace pcbench::test
