// SharedRegion: nameless memory that threads, forked workers and spawned images map alike.
// Owner       run/ creates it; a worker only maps it. Nameless (memfd), so nothing can be left behind.
#pragma once

#include <boost/interprocess/mapped_region.hpp>
#include <cstddef>

#include "base/file_descriptor.h"

namespace pcbench {

class SharedRegion {
 public:
  SharedRegion() = default;

  /// A zeroed region of BYTES. Errors: Error when the system has not the memory or the descriptors.
  [[nodiscard]] static SharedRegion create(std::size_t bytes);

  /// Maps the region behind an inherited descriptor, at its whole size. Errors: Error where mapping fails.
  [[nodiscard]] static SharedRegion attach(FileDescriptor descriptor);

  [[nodiscard]] std::byte* data() const noexcept { return static_cast<std::byte*>(mapping_.get_address()); }
  [[nodiscard]] std::size_t size() const noexcept { return mapping_.get_size(); }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_.get(); }

  /// Touches every page for writing, so that no page fault falls into the timed part. A mapping that was
  /// populated before a fork still faults in the child, so each process calls this itself.
  void prefault() const noexcept;

 private:
  FileDescriptor descriptor_;
  boost::interprocess::mapped_region mapping_;
};

}  // namespace pcbench
