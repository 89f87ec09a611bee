// read_file: a whole file as text.
#pragma once

#include <string>

namespace pcbench {

/// All bytes of file PATH. Errors: Error with the path and HINT, also for a folder.
[[nodiscard]] std::string read_file(const std::string& path, const std::string& hint = {});

}  // namespace pcbench
