// PrivateName: a path for what must have a name for a moment: in a folder of our own that nobody else may
// enter.
// Owner       whoever makes it; folder and name are gone with it, before any worker exists. Only a supervisor
//             killed within those microseconds leaves an empty folder, called pcbench-…
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/error.h"

namespace pcbench {

class PrivateName {
 public:
  /// Errors: Error when there is no folder for temporary files.
  PrivateName() : folder_((std::filesystem::temp_directory_path() / "pcbench-XXXXXX").string()) {
    if (::mkdtemp(folder_.data()) == nullptr)
      throw system_error("mkdtemp of " + folder_, "set TMPDIR to a folder that can be written");
    path_ = folder_ + "/pcbench-channel";
  }
  PrivateName(const PrivateName&) = delete;
  PrivateName& operator=(const PrivateName&) = delete;
  ~PrivateName() {
    ::unlink(path_.c_str());
    ::rmdir(folder_.c_str());
  }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string folder_;
  std::string path_;
};

}  // namespace pcbench
