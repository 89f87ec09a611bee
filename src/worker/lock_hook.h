// The one phase that only a transport itself can see: that it holds a lock of its own. Endpoints of such a
// transport are templates of one of these two, which they call while they hold it: so a worker without a
// fault runs the code that would be there if there were no faults.
#pragma once

namespace pcbench {

/// Of a worker without a fault: nothing.
struct NoLockHook {
  static void holding_lock() noexcept {}
};

/// Of a worker with a fault: calls what its thread registered (worker/any_endpoint.cpp).
struct LockHook {
  void (*call)(void* context) = nullptr;
  void* context = nullptr;

  static void holding_lock() noexcept;
};
inline thread_local LockHook lock_hook;

inline void LockHook::holding_lock() noexcept {
  if (lock_hook.call != nullptr) lock_hook.call(lock_hook.context);
}

}  // namespace pcbench
