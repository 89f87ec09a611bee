#include "base/shared_region.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/interprocess/exceptions.hpp>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/system_files.h"

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

constexpr std::size_t kSmallBytes = 64U << 20U;  // not worth a look at /proc and /sys

void refuse_beyond_memory(std::size_t bytes) {
  if (bytes <= kSmallBytes) return;
  const std::optional<std::uint64_t> available_bytes = available_memory_bytes(SystemFiles());
  if (!available_bytes || bytes <= *available_bytes) return;
  throw Error("needs " + std::to_string(bytes >> 20U) + " MiB, but " +
                  std::to_string(*available_bytes >> 20U) + " MiB are available",
              "shared memory", "ask for fewer or smaller slots, or for fewer messages under verify: exact");
}

}  // namespace

void prefault(std::byte* begin, std::size_t bytes) noexcept {
  // MADV_POPULATE_WRITE (Linux 5.14) faults pages in without changing them; elsewhere the first use does.
  constexpr int kMadvPopulateWrite = 23;
  static const auto page_bytes = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t beyond_page_start = reinterpret_cast<std::uintptr_t>(begin) % page_bytes;
  ::madvise(begin - beyond_page_start, bytes + beyond_page_start, kMadvPopulateWrite);
}

SharedRegion SharedRegion::create(std::size_t bytes) {
  refuse_beyond_memory(bytes);
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

void require_region(const std::byte* memory, std::size_t bytes, const RegionHeader& least,
                    const std::string& where) {
  RegionHeader found{};
  if (bytes >= std::max(least.bytes, sizeof found)) std::memcpy(&found, memory, sizeof found);
  if (found.magic == least.magic && found.version == least.version && found.bytes >= least.bytes &&
      found.bytes <= bytes)
    return;
  throw Error("the inherited memory is not what this version of this program made", where,
              "start workers only through bench itself");
}

}  // namespace pcbench
