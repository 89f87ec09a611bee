// FileDescriptor: owns one descriptor and closes it.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "base/error.h"

namespace pcbench {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }

  void reset(int fd = -1) noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

  /// Gives it up to somebody who will close it.
  int release() noexcept { return std::exchange(fd_, -1); }

  /// A second descriptor of the same open file, closed on exec. Errors: Error when the table is full.
  [[nodiscard]] FileDescriptor duplicate() const {
    const int copy = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) throw system_error("dup", "raise the limit of open files: ulimit -n");
    return FileDescriptor(copy);
  }

 private:
  int fd_ = -1;
};

}  // namespace pcbench
