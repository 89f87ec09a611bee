// The binary form. Its checksum covers everything, so that no flipped bit becomes a verdict.
#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/mix.h"
#include "history/forms.h"
#include "history/history_file.h"
#include "history/rules.h"

namespace pcbench {
namespace {

static_assert(std::endian::native == std::endian::little, "the form is little-endian");

constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kChunk = 1U << 15U;  // operations read or written at once

enum Flag : std::uint32_t {
  kLossless = 1,
  kAtLeastOnce = 2,
  kEmptyExact = 4,
  kFullExact = 8,
  kHasCapacity = 16,
  kClockTrusted = 32,
  kTruncated = 64,
  kSampled = 128,
  kAllFlags = 255,
};

struct Header {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t flags;
  std::uint32_t order;
  std::uint32_t worker_count;
  std::uint64_t clock_guard_ns;
  std::uint64_t capacity_slots;
  std::uint64_t operation_count;
  std::uint64_t reserved;  // 0
  std::uint64_t checksum;  // of all bytes, taken with 0 in its place
};
static_assert(sizeof(Header) == 64 && std::is_trivially_copyable_v<Header>, "is the file's layout");

using WorkerName = std::array<char, kWorkerNameMax + 1>;

/// A sum over 8-byte words, each mixed with its position: any change of one word changes it.
class Checksum {
 public:
  void add(const void* data, std::size_t bytes) {
    const char* at = static_cast<const char*>(data);
    for (std::size_t i = 0; i + 8 <= bytes; i += 8, position_ += kStep) {
      std::uint64_t word = 0;
      std::memcpy(&word, at + i, sizeof word);
      sum_ += mix64(word ^ position_);
    }
  }
  [[nodiscard]] std::uint64_t value() const { return sum_; }

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15U;  // odd: positions differ up to 2^64 words
  std::uint64_t position_ = 0;
  std::uint64_t sum_ = 0;
};

Header header_of(const History& history) {
  const HistoryPromises& promises = history.promises;
  Header header{};
  header.magic = kHistoryMagic;
  header.version = kVersion;
  header.flags = (promises.lossless ? kLossless : 0U) | (promises.at_least_once ? kAtLeastOnce : 0U) |
                 (promises.empty_exact ? kEmptyExact : 0U) | (promises.full_exact ? kFullExact : 0U) |
                 (promises.capacity_slots ? kHasCapacity : 0U) |
                 (history.clock_trusted ? kClockTrusted : 0U) | (history.truncated ? kTruncated : 0U) |
                 (history.sampled ? kSampled : 0U);
  header.order = static_cast<std::uint32_t>(promises.order);
  header.worker_count = static_cast<std::uint32_t>(history.workers.size());
  header.clock_guard_ns = history.clock_guard_ns;
  header.capacity_slots = promises.capacity_slots.value_or(0);
  header.operation_count = history.operations.size();
  return header;
}

std::vector<WorkerName> names_of(const History& history) {
  std::vector<WorkerName> names(history.workers.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    std::memcpy(names[i].data(), history.workers[i].data(),
                std::min(history.workers[i].size(), kWorkerNameMax));
  return names;
}

void check_header(const Header& header, const std::string& name) {
  const auto need = [&](bool holds, const char* what) {
    if (!holds) throw Error(std::string("the header is damaged: ") + what, name, "write the history again");
  };
  need(header.magic == kHistoryMagic, "it is no history");
  if (header.version != kVersion)
    throw Error(fmt::format("binary history version {}, this program reads {}", header.version, kVersion),
                name, "use the program that wrote it, or its JSON form");
  need((header.flags & ~kAllFlags) == 0, "unknown flags");
  need(header.order <= static_cast<std::uint32_t>(Order::none), "unknown order");
  need(header.worker_count <= kWorkersMax, "too many workers");
  need(header.operation_count < UINT32_MAX, "too many operations");
  need(header.clock_guard_ns <= kIntegerMax, "clock_guard_ns is at most 2^63 - 1");
  need(header.capacity_slots <= kIntegerMax, "capacity_slots is at most 2^63 - 1");
  need(((header.flags & kHasCapacity) != 0) == (header.capacity_slots != 0), "capacity_slots is at least 1");
  need(header.reserved == 0, "a reserved word is not 0");
}

History history_of(const Header& header) {
  const auto has = [&](Flag flag) { return (header.flags & flag) != 0; };
  History history;
  history.promises = {static_cast<Order>(header.order),
                      has(kLossless),
                      has(kAtLeastOnce),
                      has(kEmptyExact),
                      has(kFullExact),
                      std::nullopt};
  if (has(kHasCapacity)) history.promises.capacity_slots = header.capacity_slots;
  history.clock_guard_ns = header.clock_guard_ns;
  history.clock_trusted = has(kClockTrusted);
  history.truncated = has(kTruncated);
  history.sampled = has(kSampled);
  return history;
}

/// As in the JSON form, which has no other bytes than text.
void check_worker(const std::string& worker, std::size_t index, const std::string& name) {
  try {
    static_cast<void>(nlohmann::json(worker).dump());
    if (!worker.empty()) return;
  } catch (const nlohmann::json::exception&) {
    // no UTF-8
  }
  throw Error(fmt::format("worker {} has no name of 1 to {} bytes of text", index, kWorkerNameMax), name,
              "write the history again");
}

void check_operation(const Operation& op, std::size_t index, std::size_t workers, const std::string& name) {
  const auto fail = [&](const std::string& rule) {
    throw Error(fmt::format("operation {}: {}", index, rule), name, "write the history again");
  };
  if (op.kind > OperationKind::pop || op.status > OperationStatus::pending) fail("unknown kind or status");
  if (op.worker >= workers) fail("unknown worker");
  if (const std::optional<BrokenRule> broken = broken_rule(op))
    fail(std::string(broken->key) + ": " + broken->rule);
}

}  // namespace

History read_history_binary(std::istream& in, const std::string& name) {
  Checksum checksum;
  const auto read = [&](void* data, std::size_t bytes) {
    in.read(static_cast<char*>(data), static_cast<std::streamsize>(bytes));
    if (static_cast<std::size_t>(in.gcount()) != bytes)
      throw Error("the binary history ends too early", name, "it was cut off; write or copy it again");
    checksum.add(data, bytes);
  };
  Header header{};
  in.read(reinterpret_cast<char*>(&header), sizeof header);
  if (in.gcount() != sizeof header)
    throw Error("the binary history ends in its header", name, "it was cut off");
  check_header(header, name);
  const std::uint64_t expected = std::exchange(header.checksum, 0);
  checksum.add(&header, sizeof header);

  History history = history_of(header);
  for (std::uint32_t i = 0; i < header.worker_count; ++i) {
    WorkerName worker{};
    read(worker.data(), worker.size());
    worker.back() = '\0';
    history.workers.emplace_back(worker.data());
  }
  for (std::uint64_t done = 0; done < header.operation_count;) {
    const auto count = std::min<std::uint64_t>(kChunk, header.operation_count - done);
    history.operations.resize(done + count);  // grows as the file proves to be as long as it says
    read(&history.operations[done], count * sizeof(Operation));
    done += count;
  }
  if (in.peek() != std::istream::traits_type::eof())
    throw Error("the binary history goes on after its end", name, "write or copy it again");
  if (checksum.value() != expected)
    throw Error("the checksum is wrong: the binary history was altered", name, "write or copy it again");
  for (std::size_t i = 0; i < history.workers.size(); ++i) check_worker(history.workers[i], i, name);
  for (std::size_t i = 0; i < history.operations.size(); ++i)
    check_operation(history.operations[i], i, history.workers.size(), name);
  return history;
}

void seal_history_binary(std::string& file) {
  Header header{};
  if (file.size() < sizeof header) return;
  std::memcpy(&header, file.data(), sizeof header);
  header.checksum = 0;
  Checksum checksum;
  checksum.add(&header, sizeof header);
  checksum.add(file.data() + sizeof header, file.size() - sizeof header);
  header.checksum = checksum.value();
  std::memcpy(file.data(), &header, sizeof header);
}

void write_history_binary(const History& history, std::ostream& out) {
  Header header = header_of(history);
  const std::vector<WorkerName> names = names_of(history);
  Checksum checksum;
  checksum.add(&header, sizeof header);
  checksum.add(names.data(), names.size() * sizeof(WorkerName));
  checksum.add(history.operations.data(), history.operations.size() * sizeof(Operation));
  header.checksum = checksum.value();
  const auto write = [&](const void* data, std::size_t bytes) {
    out.write(static_cast<const char*>(data), static_cast<std::streamsize>(bytes));
  };
  write(&header, sizeof header);
  write(names.data(), names.size() * sizeof(WorkerName));
  write(history.operations.data(), history.operations.size() * sizeof(Operation));
  out.flush();
  if (!out) throw Error("the history could not be written", {}, "is the disk full?");
}

}  // namespace pcbench
