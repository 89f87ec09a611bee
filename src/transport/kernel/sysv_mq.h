// sysv_mq: a System V message queue, without a name (IPC_PRIVATE); the kernel keeps messages apart and in
// order.
// Promises    any PxC, FIFO (all types are equal), lossless, thread and process (fork and spawn); no close,
//             no batch call, no timed wait: a worker that waits naps. At most kernel.msgmax bytes a message
//             and kernel.msgmnb in the queue, unless one may raise that: more is refused.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       the process that made it, run/'s supervisor, removes it, which destroys it at once: no worker
//             can leave it behind, however it dies. The kernel does not remove it by itself: a supervisor
//             killed by SIGKILL leaves one queue, which `ipcs -q` shows and `ipcrm` removes.
// Layout      region: [header 24][queue's id 4], for a spawned image: a queue is no descriptor
// Pairs       the kernel's own lock
// Peer death  a message is there wholly or not at all, and nobody waits for the dead
// Source      sysvipc(7)
#pragma once

#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shared_region.h"
#include "transport/kernel/limits.h"
#include "transport/parts/copied_run.h"
#include "transport/transport.h"

namespace pcbench {

class SysvMq {
  /// A message as the kernel wants it: behind its type.
  class Letter {
   public:
    explicit Letter(std::size_t bytes) : bytes_(sizeof kType + bytes) {
      std::memcpy(bytes_.data(), &kType, sizeof kType);
    }
    [[nodiscard]] std::byte* whole() noexcept { return bytes_.data(); }
    [[nodiscard]] std::byte* text() noexcept { return bytes_.data() + sizeof kType; }
    [[nodiscard]] std::size_t text_bytes() const noexcept { return bytes_.size() - sizeof kType; }

   private:
    static constexpr long kType = 1;
    std::vector<std::byte> bytes_;
  };

  static constexpr std::uint64_t kNapNs = 50'000;

  class Sink {
   public:
    Sink(int queue, std::size_t bytes) : queue_(queue), letter_(bytes) {}
    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t /*count*/) noexcept {
      std::memcpy(letter_.text(), first, letter_.text_bytes());
      const int sent = ::msgsnd(queue_, letter_.whole(), letter_.text_bytes(), IPC_NOWAIT);
      return sent == 0 ? Put{1, PushStatus::ok} : Put{};
    }
    [[nodiscard]] Put put_within(const std::byte* /*first*/, std::uint32_t /*count*/,
                                 std::uint64_t timeout_ns) noexcept {
      nap(std::min(timeout_ns, kNapNs));
      return {};
    }
    void close() noexcept {}  // never called: not promised

   private:
    int queue_;
    Letter letter_;
  };

  class Source {
   public:
    Source(int queue, std::size_t bytes) : queue_(queue), letter_(bytes) {}
    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t /*want*/) noexcept {
      if (::msgrcv(queue_, letter_.whole(), letter_.text_bytes(), 0, IPC_NOWAIT) < 0) return {};
      std::memcpy(room, letter_.text(), letter_.text_bytes());
      return {1, PopStatus::ok};
    }
    [[nodiscard]] Taken take_within(std::byte* /*room*/, std::uint32_t /*want*/,
                                    std::uint64_t timeout_ns) noexcept {
      nap(std::min(timeout_ns, kNapNs));
      return {};
    }

   private:
    int queue_;
    Letter letter_;
  };

  struct Shared {
    RegionHeader header;
    std::int32_t queue;
  };
  static constexpr RegionHeader kHeader{0x70637379'73766d71U, 1, sizeof(Shared)};  // "pcsysvmq"

 public:
  using Producer = CopyingProducer<Sink>;
  using Consumer = CopyingConsumer<Source>;

  static constexpr Promises kPromises{.can_close = false,
                                      .capacity_slots_max = 1U << 20U,
                                      .batch = false,
                                      .timed = false,
                                      .survives = "a worker killed at any time that is not its role's last"};

  [[nodiscard]] static std::string refuse(const Case& config) { return refuse_by_trial<SysvMq>(config); }
  [[nodiscard]] static std::string unavailable() {
    if (::msgctl(-1, IPC_STAT, nullptr) == 0 || errno != ENOSYS) return {};
    return "this kernel has no System V message queues (CONFIG_SYSVIPC)";
  }

  explicit SysvMq(const RoundSpec& spec) : bytes_(spec.message_bytes), owner_(::getpid()) {
    const std::uint64_t msgmax = kernel_limit("kernel/msgmax", 8192);
    if (bytes_ > msgmax)
      throw Error("a message of " + std::to_string(bytes_) + " bytes is larger than kernel.msgmax, " +
                      std::to_string(msgmax),
                  "msgsnd", "take a smaller payload, or raise that limit");
    region_ = SharedRegion::create(sizeof(Shared));
    queue_ = ::msgget(IPC_PRIVATE, S_IRUSR | S_IWUSR);
    if (queue_ < 0) throw system_error("msgget", "raise kernel.msgmni, or remove what `ipcs -q` shows");
    new (region_.data()) Shared{kHeader, queue_};
    try {
      set_capacity(spec.capacity_slots);
    } catch (const Error&) {
      ::msgctl(queue_, IPC_RMID, nullptr);
      throw;
    }
  }
  SysvMq(const RoundSpec& spec, const Handles& handles)
      : bytes_(spec.message_bytes), region_(SharedRegion::attach(FileDescriptor(handles.at(0)))) {
    require_region(region_.data(), region_.size(), kHeader, "sysv_mq attach");
    queue_ = std::launder(reinterpret_cast<Shared*>(region_.data()))->queue;
  }
  SysvMq(const SysvMq&) = delete;
  SysvMq& operator=(const SysvMq&) = delete;
  ~SysvMq() {
    if (owner_ == ::getpid()) ::msgctl(queue_, IPC_RMID, nullptr);
  }

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const { return {{queue_, bytes_}, bytes_, 1}; }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) const { return {{queue_, bytes_}, bytes_, 1}; }
  [[nodiscard]] Effective effective() const {
    const std::uint64_t queue_bytes = status().msg_qbytes;
    return {queue_bytes / bytes_,
            1,
            {{"queue_bytes", static_cast<std::int64_t>(queue_bytes)},
             {"msgmax", static_cast<std::int64_t>(kernel_limit("kernel/msgmax", 8192))},
             {"msgmnb", static_cast<std::int64_t>(kernel_limit("kernel/msgmnb", 16384))}}};
  }
  [[nodiscard]] Handles handles() const { return {region_.descriptor()}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  [[nodiscard]] msqid_ds status() const noexcept {
    msqid_ds status{};
    ::msgctl(queue_, IPC_STAT, &status);
    return status;
  }

  /// Exactly SLOTS messages; 0: what the kernel's own size holds. Errors: Error when it may not be so large.
  void set_capacity(std::uint64_t slots) {
    msqid_ds wanted = status();
    if (slots == 0) slots = std::max<std::uint64_t>(1, wanted.msg_qbytes / bytes_);
    wanted.msg_qbytes = slots * bytes_;
    if (::msgctl(queue_, IPC_SET, &wanted) == 0) return;
    throw Error(std::to_string(slots) + " messages of " + std::to_string(bytes_) +
                    " bytes are more than kernel.msgmnb, " +
                    std::to_string(kernel_limit("kernel/msgmnb", 16384)) + " bytes",
                "msgctl", "ask for fewer slots or a smaller payload, or raise that limit");
  }

  std::size_t bytes_;
  pid_t owner_ = 0;  // the process that removes the queue; 0: not this image
  SharedRegion region_;
  int queue_ = -1;
};

}  // namespace pcbench
