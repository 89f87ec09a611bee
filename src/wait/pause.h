// One polite spin step.
#pragma once

namespace pcbench {

/// Tells the core that this is a spin loop (x86 `pause`, arm64 `yield`); elsewhere a compiler barrier only.
inline void cpu_pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield" ::: "memory");
#else
  asm volatile("" ::: "memory");
#endif
}

}  // namespace pcbench
