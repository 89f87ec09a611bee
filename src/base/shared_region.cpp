#include "base/shared_region.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <boost/interprocess/exceptions.hpp>
#include <utility>

#include "base/error.h"

namespace pcbench {
namespace {

/// What Boost.Interprocess needs to know of something that can be mapped.
struct Mappable {
  int fd;
  [[nodiscard]] boost::interprocess::mapping_handle_t get_mapping_handle() const {
    return boost::interprocess::ipcdetail::mapping_handle_from_file_handle(fd);
  }
  [[nodiscard]] static boost::interprocess::mode_t get_mode() { return boost::interprocess::read_write; }
};

}  // namespace

SharedRegion SharedRegion::create(std::size_t bytes) {
  FileDescriptor descriptor(memfd_create("pcbench-region", MFD_CLOEXEC));
  if (!descriptor) throw system_error("memfd_create", "raise the limit of open files: ulimit -n");
  if (ftruncate(descriptor.get(), static_cast<off_t>(bytes)) != 0)
    throw system_error("ftruncate of shared memory");
  return attach(std::move(descriptor));
}

SharedRegion SharedRegion::attach(FileDescriptor descriptor) {
  SharedRegion region;
  try {
    region.mapping_ =
        boost::interprocess::mapped_region(Mappable{descriptor.get()}, boost::interprocess::read_write);
  } catch (const boost::interprocess::interprocess_exception& e) {
    throw Error(e.what(), "mmap of shared memory", "ask for fewer or smaller slots");
  }
  region.descriptor_ = std::move(descriptor);
  return region;
}

void SharedRegion::prefault() const noexcept {
  // MADV_POPULATE_WRITE (Linux 5.14) faults pages in without changing them; elsewhere the first use does.
  constexpr int kMadvPopulateWrite = 23;
  ::madvise(data(), size(), kMadvPopulateWrite);
}

}  // namespace pcbench
