// plugin: other people's queues in shared libraries (pcbench_queue.h), as rows of the registry of transports.
#pragma once

#include <string>

namespace pcbench {

/// Loads the shared library FILE and adds its queue to the transports. What it does when it is loaded is
/// tried in a process of its own first, and so is what it does to make a queue, for each case that asks for
/// it: there a crash is an answer. In a round its code runs in the workers' processes, and a crash is a
/// verdict. Errors: Error for a file that is no such library, that crashes or promises what cannot be, and
/// for a name that is taken.
void load_plugin(const std::string& file);

}  // namespace pcbench
