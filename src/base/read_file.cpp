#include "base/read_file.h"

#include <array>
#include <fstream>

#include "base/error.h"

namespace pcbench {

std::string read_file(const std::string& path, const std::string& hint) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 1 << 16> chunk;
  while (file) {  // a folder opens, and fails here
    file.read(chunk.data(), chunk.size());
    text.append(chunk.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.eof()) {
    Error error = system_error(path, hint);
    error.message = "cannot be read: " + error.message;
    throw error;
  }
  return text;
}

}  // namespace pcbench
