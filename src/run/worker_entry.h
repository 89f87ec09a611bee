// What runs inside a worker, however it was started.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <string>

#include "transport/transport.h"
#include "worker/control.h"

namespace pcbench {

/// "p0", "c3", or "drain".
[[nodiscard]] std::string worker_name(const RoundSpec& spec, std::uint32_t worker_id);

/// Shows NAME as "pcb-NAME" in ps and top.
void set_thread_name(const std::string& name) noexcept;

/// Runs one worker in the calling thread: binds it, makes its endpoint, tells READY, waits at the gate, runs
/// its loop, notes its life in its slot. A failure is noted in the slot. True: the loop was left by itself.
bool run_worker(Channel& channel, const Control& control, std::uint32_t worker_id,
                const std::function<void()>& ready) noexcept;

/// Takes out what is left inside, as if by one more consumer, without waiting for more. Its slot tells how it
/// went: end_at_ns is set, or error.
void run_drain(Channel& channel, const Control& control) noexcept;

/// What E says, in one line: the place, what is wrong, the remedy.
[[nodiscard]] std::string told(const std::exception& e);

}  // namespace pcbench
