#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "base/file_descriptor.h"
#include "report/formats.h"

namespace pcbench {
namespace {

namespace fs = std::filesystem;

Error file_error(const std::string& path, const std::string& remedy) {
  Error error = system_error(path, remedy);
  error.message = "cannot write the file: " + error.message;
  return error;
}

constexpr const char* kPlaceRemedy = "choose a file in an existing directory you may write to";
constexpr const char* kSpaceRemedy = "free some space; what the file held before is untouched";

/// True for /dev/stdout, a pipe, a terminal: what is written to, but never replaced by another file.
bool is_stream(const std::string& path) {
  if (path == "/dev/stdout" || path == "/dev/stderr" || path.starts_with("/dev/fd/")) return true;
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

/// A stream's descriptor. A FIFO that nobody reads is an error, not a wait.
FileDescriptor open_stream(const std::string& path) {
  FileDescriptor stream(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!stream) throw file_error(path, kPlaceRemedy);
  ::fcntl(stream.get(), F_SETFL, 0);
  return stream;
}

void write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) throw file_error(path, kSpaceRemedy);
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// A file beside PATH that takes its place by commit(), and is gone when it does not come to that.
class Replacement {
 public:
  explicit Replacement(const std::string& path) : path_(path) {
    std::error_code ignored;
    const fs::path behind_links = fs::canonical(path, ignored);
    target_ = ignored ? fs::path(path) : behind_links;
    if (fs::is_directory(target_, ignored)) {
      errno = EISDIR;
      throw file_error(path_, kPlaceRemedy);
    }
    // EEXIST: left by a killed run of the same process id; the next number is free.
    do {
      temporary_ = target_.parent_path() / fmt::format(".pcbench-{}-{}.tmp", ::getpid(), ++serial_);
      file_ = FileDescriptor(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    } while (!file_ && errno == EEXIST);
    if (!file_) throw file_error(path_, kPlaceRemedy);
    struct stat old{};
    if (::stat(target_.c_str(), &old) == 0) ::fchmod(file_.get(), old.st_mode & 07777);
  }
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;
  ~Replacement() {
    if (!committed_) ::unlink(temporary_.c_str());
  }

  void write(std::string_view text) { write_all(file_.get(), text, path_); }

  /// The file's bytes reach the disk before its name does: a power cut leaves the old report or the new one.
  void commit() {
    if (::fsync(file_.get()) != 0) throw file_error(path_, kSpaceRemedy);
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) throw file_error(path_, kPlaceRemedy);
    committed_ = true;
  }

 private:
  static inline unsigned serial_ = 0;
  std::string path_;  ///< as the user wrote it, for messages
  fs::path target_;
  fs::path temporary_;
  FileDescriptor file_;
  bool committed_ = false;
};

}  // namespace

bool is_replaceable(const std::string& path) { return !is_stream(path); }

void check_writable(const std::string& path) {
  // A stream is not opened: the reader of a FIFO would take the closing for the end.
  if (!is_stream(path)) Replacement replacement(path);
  else if (::access(path.c_str(), W_OK) != 0) throw file_error(path, kPlaceRemedy);
}

void write_report_file(const Report& report, const FormatRow& format, const std::string& path) {
  std::ostringstream text;
  format.write(report, {}, text);
  write_text_file(text.view(), path);
}

void write_text_file(std::string_view text, const std::string& path) {
  if (is_stream(path)) {
    const FileDescriptor stream = open_stream(path);
    write_all(stream.get(), text, path);
    return;
  }
  Replacement replacement(path);
  replacement.write(text);
  replacement.commit();
}

}  // namespace pcbench
