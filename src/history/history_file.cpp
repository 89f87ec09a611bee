#include "history/history_file.h"

#include <cstring>
#include <fstream>
#include <iostream>
#include <new>

#include "base/error.h"
#include "history/forms.h"

namespace pcbench {

History read_history(std::istream& in, const std::string& name) {
  try {
    // No JSON text begins with the magic's first letter.
    return in.peek() == kHistoryMagic.front() ? read_history_binary(in, name) : read_history_json(in, name);
  } catch (const std::bad_alloc&) {
    throw Error("the history does not fit into memory", name, "judge it in parts, or on a larger machine");
  }
}

History read_history_file(const std::string& path) {
  if (path == "-") return read_history(std::cin, "standard input");
  std::ifstream in(path, std::ios::binary);
  if (!in) throw system_error("open " + path);
  return read_history(in, path);
}

}  // namespace pcbench
