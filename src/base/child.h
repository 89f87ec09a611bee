// What every child process of ours does first.
#pragma once

namespace pcbench {

/// Makes this process, just forked by PARENT_PID, end when that does, and leaves the signals of a terminal to
/// it. Returns only while the parent lives.
void become_child_of(int parent_pid) noexcept;

}  // namespace pcbench
