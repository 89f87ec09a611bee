#include "base/shared_region.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/error.h"

namespace pcbench {
namespace {

bool is_open(int descriptor) { return ::fcntl(descriptor, F_GETFD) >= 0; }

TEST(SharedRegion, starts_zeroed_and_is_the_same_memory_through_every_mapping) {
  const SharedRegion region = SharedRegion::create(10'000);
  EXPECT_TRUE(
      std::all_of(region.data(), region.data() + 10'000, [](std::byte b) { return b == std::byte{}; }));
  const SharedRegion other = SharedRegion::attach(FileDescriptor(::dup(region.descriptor())));
  ASSERT_EQ(other.size(), region.size());
  region.data()[9'999] = std::byte{7};
  EXPECT_EQ(other.data()[9'999], std::byte{7});
}

TEST(SharedRegion, is_shared_with_a_child_and_closed_on_exec) {
  const SharedRegion region = SharedRegion::create(4096);
  EXPECT_EQ(::fcntl(region.descriptor(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  const pid_t child = ::fork();
  if (child == 0) {
    region.data()[0] = std::byte{42};
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(region.data()[0], std::byte{42});
}

TEST(SharedRegion, gives_its_descriptor_back) {
  int descriptor = -1;
  {
    const SharedRegion region = SharedRegion::create(4096);
    descriptor = region.descriptor();
    EXPECT_TRUE(is_open(descriptor));
  }
  EXPECT_FALSE(is_open(descriptor));
}

TEST(SharedRegion, is_refused_when_it_is_larger_than_the_memory_there_is) {
  try {
    (void)SharedRegion::create(std::size_t{1} << 45U);
    FAIL() << "32 TiB were given";
  } catch (const Error& e) {
    EXPECT_NE(e.message.find("33554432 MiB"), std::string::npos) << e.message;
    EXPECT_FALSE(e.hint.empty());
  }
}

TEST(SharedRegion, cannot_be_attached_to_what_is_not_memory) {
  EXPECT_THROW((void)SharedRegion::attach(FileDescriptor()), Error);
}

TEST(Prefault, changes_nothing_wherever_the_part_begins) {
  const SharedRegion region = SharedRegion::create(5 * 4096);
  std::fill_n(region.data(), region.size(), std::byte{9});
  prefault(region.data() + 100, 3 * 4096);
  region.prefault();
  EXPECT_EQ(std::count(region.data(), region.data() + region.size(), std::byte{9}), 5 * 4096);
}

TEST(FileDescriptor, has_one_owner_who_closes_it) {
  FileDescriptor first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int number = first.get();
  FileDescriptor second = std::move(first);
  EXPECT_EQ(second.get(), number);
  second = FileDescriptor();
  EXPECT_FALSE(is_open(number));
}

TEST(FileDescriptor, is_duplicated_closed_on_exec) {
  const FileDescriptor first(::open("/dev/null", O_RDONLY));
  const FileDescriptor copy = first.duplicate();
  EXPECT_NE(copy.get(), first.get());
  EXPECT_EQ(::fcntl(copy.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  EXPECT_THROW((void)FileDescriptor().duplicate(), Error);
}

TEST(RegionHeader, is_refused_when_it_is_of_something_else_or_tells_of_more_than_there_is) {
  constexpr RegionHeader kOurs{1, 2, 64};
  std::array<RegionHeader, 4> memory{};
  const auto is_taken = [&](const RegionHeader& found, std::size_t bytes) {
    memory[0] = found;
    try {
      require_region(reinterpret_cast<const std::byte*>(memory.data()), bytes, kOurs, "here");
      return true;
    } catch (const Error& e) {
      EXPECT_EQ(e.where, "here");
      return false;
    }
  };
  EXPECT_TRUE(is_taken(kOurs, 64));
  EXPECT_TRUE(is_taken({1, 2, 96}, 96));
  EXPECT_FALSE(is_taken({3, 2, 64}, 64)) << "the magic";
  EXPECT_FALSE(is_taken({1, 3, 64}, 64)) << "the version";
  EXPECT_FALSE(is_taken({1, 2, 63}, 64)) << "it tells of less than there must be";
  EXPECT_FALSE(is_taken({1, 2, 96}, 95)) << "it tells of more than there is";
  EXPECT_FALSE(is_taken(kOurs, 8)) << "there is not even a header";
}

}  // namespace
}  // namespace pcbench
