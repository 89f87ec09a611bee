// The inputs that were found so far, and each of them cut, doubled and with a bit turned, for builds without
// libFuzzer.
// usage: PROGRAM FOLDER…
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "fuzz.h"

namespace {

constexpr std::size_t kDamages = 16;  // of each kind, spread over the input

void read_damaged(const std::string& input) {
  pcbench::test::read_hostile(input);
  for (std::size_t i = 0; i < kDamages && !input.empty(); ++i) {
    const std::size_t at = input.size() * i / kDamages;
    pcbench::test::read_hostile(std::string_view(input).substr(0, at));
    pcbench::test::read_hostile(input.substr(0, at) + input);
    std::string turned = input;
    turned[at] = static_cast<char>(turned[at] ^ (1 << i % 8));
    pcbench::test::read_hostile(turned);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t inputs = 0;
  for (int i = 1; i < argc; ++i)
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      if (!entry.is_regular_file()) continue;
      std::ostringstream text;
      text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      read_damaged(text.str());
      ++inputs;
    }
  std::printf("%zu inputs, each also damaged in %zu ways: all were answered\n", inputs, 3 * kDamages);
  return inputs == 0 ? 1 : 0;
}
