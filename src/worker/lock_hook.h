// The one phase that only a transport itself can see: that it holds a lock of its own.
#pragma once

namespace pcbench {

/// Called while a transport holds its lock, with what was registered; does nothing in a worker without a
/// fault.
struct LockHook {
  void (*call)(void* context) = nullptr;
  void* context = nullptr;
};
inline thread_local LockHook lock_hook;

inline void holding_lock() noexcept {
  if (lock_hook.call != nullptr) [[unlikely]]
    lock_hook.call(lock_hook.context);
}

}  // namespace pcbench
