// SharedRegion: nameless memory that threads, forked workers and spawned images map alike.
// Owner       run/ creates it; a worker only maps it. Nameless (memfd), so nothing can be left behind.
#pragma once

#include <boost/interprocess/mapped_region.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/file_descriptor.h"

namespace pcbench {

/// Faults in the pages of [BEGIN, BEGIN + BYTES) for writing, so that no page fault falls into the timed
/// part. A mapping that was populated before a fork still faults in the child, so each process calls this
/// itself.
void prefault(std::byte* begin, std::size_t bytes) noexcept;

/// What a region begins with, so that whoever attaches to it can tell that it is what it should be.
struct RegionHeader {
  std::uint64_t magic;
  std::uint64_t version;
  std::uint64_t bytes;  ///< of all that lies in the region
};

/// Requires memory of BYTES to begin with a header of LEAST's magic and version, and to hold all that this
/// tells of, which is at least LEAST's bytes. Errors: Error from WHERE.
void require_region(const std::byte* memory, std::size_t bytes, const RegionHeader& least,
                    const std::string& where);

class SharedRegion {
 public:
  SharedRegion() = default;

  /// A zeroed region of BYTES. Errors: Error when the system has not the memory or the descriptors. Memory is
  /// given out page by page as it is touched, and who touches too much is killed: so a region larger than
  /// what is available, to the machine or to a control group of this process, is refused here.
  [[nodiscard]] static SharedRegion create(std::size_t bytes);

  /// Maps the region behind an inherited descriptor, at its whole size. Errors: Error where mapping fails.
  [[nodiscard]] static SharedRegion attach(FileDescriptor descriptor);

  [[nodiscard]] std::byte* data() const noexcept { return static_cast<std::byte*>(mapping_.get_address()); }
  [[nodiscard]] std::size_t size() const noexcept { return mapping_.get_size(); }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_.get(); }

  /// All of it, in the calling process.
  void prefault() const noexcept { pcbench::prefault(data(), size()); }

 private:
  FileDescriptor descriptor_;
  boost::interprocess::mapped_region mapping_;
};

}  // namespace pcbench
