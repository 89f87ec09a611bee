#include "transport/plugin/plugin.h"

#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string_view>

#include "base/error.h"
#include "base/shared_region.h"
#include "model/message.h"
#include "transport/plugin/channel.h"
#include "transport/registry.h"

namespace pcbench {
namespace {

constexpr const char* kPluginRemedy = "see docs/your-queue.md for what a library of a queue has to export";
constexpr std::uint64_t kMemoryBytesMax = std::uint64_t{1} << 40U;

std::map<std::string, const pcbench_queue*, std::less<>>& plugins() {
  static std::map<std::string, const pcbench_queue*, std::less<>> all;
  return all;
}

/// How WORK ended in a process of its own; empty: it returned.
std::string crash_of(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child < 0) throw system_error("fork");
  if (child == 0) {
    ::alarm(10);
    work();
    ::_exit(0);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status))
    return WTERMSIG(status) == SIGALRM ? "it does not come back"
                                       : std::string("it dies by a signal: ") + ::strsignal(WTERMSIG(status));
  return WEXITSTATUS(status) == 0 ? "" : "it ends the process";
}

const pcbench_queue* describe(const std::string& file) {
  // A name without a slash would be looked for elsewhere than in the working directory.
  const std::string path = file.find('/') == std::string::npos ? "./" + file : file;
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw Error(::dlerror(), file, kPluginRemedy);
  void* const symbol = ::dlsym(library, "pcbench_queue_describe");
  if (symbol == nullptr) throw Error("it does not export pcbench_queue_describe", file, kPluginRemedy);
  return reinterpret_cast<const pcbench_queue* (*)()>(symbol)();
}

bool is_name(std::string_view name) {
  const auto may_be = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() < 40 && std::all_of(name.begin(), name.end(), may_be);
}

/// What is wrong with what the library says of itself; empty: nothing.
std::string contradiction(const pcbench_queue* queue) {
  if (queue == nullptr) return "pcbench_queue_describe returns no description";
  if (queue->abi != PCBENCH_QUEUE_ABI)
    return "its abi is " + std::to_string(queue->abi) + ", and this program knows " +
           std::to_string(PCBENCH_QUEUE_ABI);
  if (queue->name == nullptr || !is_name(queue->name))
    return "its name is not of lower case letters, digits and _";
  if (queue->help == nullptr) return "it has no help";
  if (find_transport(queue->name) != nullptr)
    return std::string("there is a transport called ") + queue->name + " already";
  if (queue->memory_bytes == nullptr || queue->init == nullptr || queue->push == nullptr ||
      queue->pop == nullptr)
    return "memory_bytes, init, push and pop must all be there";
  const bool can_close = (queue->flags & PCBENCH_QUEUE_CAN_CLOSE) != 0;
  if (can_close != (queue->close != nullptr))
    return "close goes with PCBENCH_QUEUE_CAN_CLOSE, and only with it";
  if ((queue->flags & (PCBENCH_QUEUE_THREADS | PCBENCH_QUEUE_PROCESSES)) == 0)
    return "it works neither between threads nor between processes";
  if (queue->flags > 2 * PCBENCH_QUEUE_LOSSY - 1 || queue->order > PCBENCH_QUEUE_NO_ORDER ||
      queue->reserved != 0)
    return "a flag, an order or a reserved field is none that is known here";
  return {};
}

Promises promises_of(const pcbench_queue& queue) {
  const auto has = [&](std::uint32_t flag) { return (queue.flags & flag) != 0; };
  const auto exact = [&](std::uint32_t flag) { return has(flag) ? Exactness::exact : Exactness::guess; };
  Promises promises;
  promises.producers_max = queue.producers_max;
  promises.consumers_max = queue.consumers_max;
  promises.threads = has(PCBENCH_QUEUE_THREADS);
  promises.processes = has(PCBENCH_QUEUE_PROCESSES);
  promises.spawn_refusal = "its library is loaded into this program, which only a forked worker shares";
  promises.order = static_cast<Order>(queue.order);
  promises.lossless = !has(PCBENCH_QUEUE_LOSSY);
  promises.can_close = has(PCBENCH_QUEUE_CAN_CLOSE);
  if (queue.payload_bytes_max != 0) promises.payload_bytes_max = queue.payload_bytes_max;
  if (queue.capacity_slots_max != 0) promises.capacity_slots_max = queue.capacity_slots_max;
  if (has(PCBENCH_QUEUE_POWER_OF_TWO)) promises.capacity = CapacityRule::power_of_two;
  promises.empty = exact(PCBENCH_QUEUE_EMPTY_EXACT);
  promises.full = exact(PCBENCH_QUEUE_FULL_EXACT);
  promises.occupancy = Exactness::none;
  promises.timed = false;
  return promises;
}

/// Makes the queue of CONFIG once where it can do no harm. Why it cannot be made; empty: it can.
std::string refuse_plugin(const Case& config) {
  std::string memory = refuse_more_than_memory(config);
  if (!memory.empty()) return memory;
  const pcbench_queue& queue = plugin_called(config.transport);
  RoundSpec spec{};
  spec.transport = FixedString<48>(config.transport);
  spec.workers = config.workers;
  spec.producers = config.producers;
  spec.consumers = config.consumers;
  spec.message_bytes = static_cast<std::uint32_t>(message_bytes(config.payload_bytes));
  spec.batch_messages = config.batch_messages;
  spec.capacity_slots = config.capacity_slots.value_or(0);
  const pcbench_queue_spec asked = plugin_spec(spec, promises_of(queue));
  const std::string crash = crash_of([&] {
    if (queue.memory_bytes(&asked) > kMemoryBytesMax) ::abort();
    try {
      PluginQueue trial(spec);
      static_cast<void>(trial.producer(0));
    } catch (const Error&) {
      ::_exit(1);
    }
  });
  return crash.empty() ? "" : "to make its queue was tried in a process of its own: " + crash;
}

}  // namespace

const Promises& PluginQueue::find_promises(const RoundSpec& spec) {
  return find_transport(spec.transport.view())->promises;
}

const pcbench_queue& plugin_called(std::string_view name) {
  const auto found = plugins().find(name);
  if (found == plugins().end())
    throw Error("its library is not loaded", std::string(name), "use --plugin FILE");
  return *found->second;
}

void load_plugin(const std::string& file) {
  if (::access(file.c_str(), R_OK) != 0) throw system_error(file, kPluginRemedy);
  const std::string crash = crash_of([&] {
    try {
      static_cast<void>(describe(file));
    } catch (const Error&) {  // said below, where it can be told
    }
  });
  if (!crash.empty())
    throw Error("loading it was tried in a process of its own: " + crash, file, kPluginRemedy);
  const pcbench_queue* const queue = describe(file);
  const std::string wrong = contradiction(queue);
  if (!wrong.empty()) throw Error(wrong, file, kPluginRemedy);
  plugins()[queue->name] = queue;
  const TransportRow row{queue->name,
                         queue->help,
                         promises_of(*queue),
                         nullptr,
                         false,
                         refuse_plugin,
                         create<PluginQueue, Loops::shared>,
                         nullptr};
  register_extra_transports({&row, 1});
}

}  // namespace pcbench
