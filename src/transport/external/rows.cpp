#include "transport/external/rows.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "model/message.h"
#include "transport/parts/capacity.h"

namespace pcbench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScript = "python_queues.py";

bool is_executable(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
}

/// Empty: there is none in PATH.
fs::path find_python() {
  const char* const path = std::getenv("PATH");
  std::string_view folders = path == nullptr ? "" : path;
  while (!folders.empty()) {
    const std::string_view folder = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(folder.size() + 1, folders.size()));
    if (fs::path python = fs::path(folder) / "python3"; is_executable(python)) return python;
  }
  return {};
}

/// Beside the installed program, else among the sources it was built from. Empty: in neither.
fs::path find_script() {
  std::error_code ignored;
  const fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& place : {folder / "../share/pcbench", fs::path(PCBENCH_SCRIPTS)})
    if (::access((place / kScript).c_str(), R_OK) == 0) return place / kScript;
  return {};
}

std::string no_python() {
  if (find_python().empty()) return "install python3";
  if (find_script().empty()) return std::string(kScript) + " is not there: install pcbench again";
  return {};
}

std::vector<std::string> python_program(const RoundSpec& /*spec*/) { return {find_python(), find_script()}; }

constexpr std::uint64_t kPipes = 256U << 10U;  // several times what a pipe holds

/// Its messages are made before the clock starts, and kept until it has stopped.
std::string refuse_python(const Case& config) {
  const auto order = config.transport_options.find("order");
  if (order != config.transport_options.end() && order->second == "by_id" && config.consumers != 1)
    return R"("order": "by_id" is put back by one consumer, and here are several)";
  const auto terminate = config.transport_options.find("terminate");
  if (terminate != config.transport_options.end() && terminate->second == "in_put" &&
      (config.capacity_slots ||
       config.messages.value_or(0) / config.producers * config.payload_bytes < kPipes))
    return R"("terminate": "in_put" comes when a put blocks in its pipe: each producer needs 256 KiB of )"
           "payload, and capacity_slots is left out";
  constexpr std::uint64_t kObjectBytes = 200;
  const auto pages = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES));
  const std::uint64_t allowed = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / 8;
  const std::uint64_t each = message_bytes(config.payload_bytes) + kObjectBytes;
  const std::uint64_t most = allowed / each;
  if (config.messages.value_or(0) > most)
    return "it keeps all messages, made before the clock starts and judged after it: at most " +
           std::to_string(most) + " of this size fit into an eighth of this machine's memory";
  return refuse_more_than_memory(config);
}

/// Requires: the path is validated.
fs::path own_program(std::string_view path) {
  // without a slash it would be looked for elsewhere than in the working directory
  return path.find('/') == std::string_view::npos ? fs::path(".") / path : fs::path(path);
}

std::string refuse_external(const Case& config) {
  const auto given = config.transport_options.find("program");
  const std::string path = given == config.transport_options.end() ? "" : given->second;
  if (path.empty()) return R"(it needs a program: "transport_options": {"program": "./my_program"})";
  if (!is_executable(own_program(path))) return path + " is no executable file";
  return {};
}

bool is_path(std::string_view text) {
  return text.size() < sizeof(RoundSpec::transport_option) && text.find('\0') == std::string_view::npos;
}

constexpr OptionRow kProgram{"program",
                             "the executable that plays each round (docs/external-programs.md)",
                             {},
                             is_path,
                             "a path, at most 255 bytes"};
constexpr auto kEnds = std::to_array<std::string_view>({"locked", "bare"});
constexpr OptionRow kEndsOption{
    "ends", "several processes at one end of a Pipe take turns by a lock, or spoil it", kEnds};
constexpr auto kTerminate = std::to_array<std::string_view>({"never", "in_put"});
constexpr OptionRow kTerminateOption{
    "terminate", "the first producer is terminated in the middle of a put, which spoils the queue",
    kTerminate};
constexpr auto kHandOver = std::to_array<std::string_view>({"inherited", "argument"});
constexpr OptionRow kHandOverOption{
    "hand_over", "how the pool's workers get the queue: an argument is refused by CPython", kHandOver};

constexpr auto kOrders = std::to_array<std::string_view>({"as_popped", "by_id"});
constexpr OptionRow kOrderOption{
    "order", "by_id: the one consumer puts the messages of all producers back into one order", kOrders};

constexpr Promises base_promises() {
  Promises promises;
  promises.threads = false;
  promises.order = Order::per_producer;
  promises.can_close = false;
  promises.batch = false;
  promises.empty = Exactness::guess;
  promises.full = Exactness::guess;
  promises.occupancy = Exactness::none;
  promises.payload_bytes_max = std::uint64_t{64} << 20U;
  return promises;
}

/// What needs no number of slots: a pipe's buffer is the kernel's.
constexpr Promises without_capacity() {
  Promises promises = base_promises();
  promises.capacity = CapacityRule::unbounded;
  return promises;
}

TransportRow python(std::string_view name, std::string_view help, const Promises& promises,
                    const OptionRow* option = nullptr) {
  TransportRow row{name, help, promises, option, false, refuse_python, nullptr, nullptr, no_python};
  row.program = python_program;
  return row;
}

TransportRow own() {
  TransportRow row{"external",
                   "a program of your own, in any language, that plays each round and tells what it popped",
                   base_promises(),
                   &kProgram,
                   false,
                   refuse_external,
                   nullptr,
                   nullptr};
  row.program = [](const RoundSpec& spec) -> std::vector<std::string> {
    return {own_program(spec.transport_option.view())};
  };
  return row;
}

}  // namespace

std::vector<TransportRow> external_transports() {
  return {
      own(),
      python("py_queue", "CPython's multiprocessing.Queue: a pipe, locks, and a thread that feeds it",
             base_promises(), &kTerminateOption),
      python("py_joinable_queue", "CPython's multiprocessing.JoinableQueue, each item told to be done",
             base_promises()),
      python("py_simple_queue", "CPython's multiprocessing.SimpleQueue: a pipe with a lock for each end",
             without_capacity(), &kOrderOption),
      python("py_pipe", "CPython's multiprocessing.Pipe", without_capacity(), &kEndsOption),
      python("py_manager_queue",
             "CPython's multiprocessing.Manager().Queue: a server process and its proxies", base_promises()),
      python("py_shared_ring", "a ring in CPython's shared Array and Value, with its Lock and Semaphore",
             base_promises()),
      python("py_pool", "the workers of CPython's multiprocessing.Pool.map around a Queue", base_promises(),
             &kHandOverOption),
  };
}

}  // namespace pcbench
