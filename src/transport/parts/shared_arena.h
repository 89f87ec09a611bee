// SharedArena: memory that forked workers share, for a library's queue that allocates through an allocator
// type of its own making.
// Threads     constructed in by one thread, before the workers start
// Owner       the arena owns its regions; what is constructed there is never destroyed
#pragma once

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#include "base/shared_region.h"

namespace pcbench {

/// Memory that one shared object and all that it allocates while it is being constructed live in. Queues of a
/// size known only when they run construct their allocator themselves, so it finds its arena here rather than
/// in an argument.
class SharedArena {
 public:
  /// Constructs a T from ARGUMENTS in shared memory. It is never destroyed: its memory goes with the arena.
  template <class T, class... Arguments>
  [[nodiscard]] T* construct(Arguments&&... arguments) {
    current_ = this;
    return new (allocate(sizeof(T))) T(std::forward<Arguments>(arguments)...);
  }
  [[nodiscard]] std::byte* allocate(std::size_t bytes) {
    return regions_.emplace_back(SharedRegion::create(bytes)).data();
  }
  void prefault() const noexcept {
    for (const SharedRegion& region : regions_) region.prefault();
  }
  [[nodiscard]] static SharedArena& current() noexcept { return *current_; }

 private:
  static inline thread_local SharedArena* current_ = nullptr;
  std::vector<SharedRegion> regions_;
};

template <class T>
struct SharedArenaAllocator {
  using value_type = T;
  SharedArenaAllocator() = default;
  template <class U>
  explicit(false) SharedArenaAllocator(const SharedArenaAllocator<U>& /*other*/) noexcept {}
  [[nodiscard]] T* allocate(std::size_t count) {
    return reinterpret_cast<T*>(SharedArena::current().allocate(count * sizeof(T)));
  }
  void deallocate(T* /*memory*/, std::size_t /*count*/) noexcept {}
  friend bool operator==(const SharedArenaAllocator&, const SharedArenaAllocator&) noexcept { return true; }
};

}  // namespace pcbench
