// SocketEnds: the connected sockets of one channel and what is known of them in all processes.
// Owner       run/ holds all ends until it drops them; each endpoint has its own duplicates, so the kernel
//             itself knows when the last producer is gone
// Layout      region: [header 24][capacity 8][begun bytes 4 a connection]
// Pairs       the kernel's own locks; what lies in the region passes from a consumer to the drain after it
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "base/file_descriptor.h"
#include "base/shared_region.h"
#include "model/record.h"
#include "model/round_spec.h"
#include "transport/transport.h"

namespace pcbench {

enum class SocketKind : std::uint8_t { pair_stream, unix_stream, tcp, pair_seqpacket, unix_dgram };

/// Whether frames may be torn, so that each producer needs a connection of its own.
[[nodiscard]] constexpr bool is_stream(SocketKind kind) noexcept {
  return kind == SocketKind::pair_stream || kind == SocketKind::unix_stream || kind == SocketKind::tcp;
}

class SocketEnds {
 public:
  /// Connects what SPEC needs and makes the room it asks for. Errors: Error when the kernel refuses, with the
  /// limit that is in the way.
  SocketEnds(SocketKind kind, const RoundSpec& spec);
  /// Takes over inherited descriptors, as handles() gave them.
  SocketEnds(SocketKind kind, const Handles& handles);

  [[nodiscard]] std::uint32_t connections() const noexcept {
    return static_cast<std::uint32_t>(consumer_ends_.size());
  }
  [[nodiscard]] FileDescriptor producer(std::uint32_t index) const {
    return producer_ends_[index % producer_ends_.size()].duplicate();
  }
  [[nodiscard]] FileDescriptor consumer(std::uint32_t connection) const {
    return consumer_ends_[connection].duplicate();
  }
  /// How many bytes of an incomplete frame the CONNECTION's consumer holds: what the one after it must skip.
  [[nodiscard]] std::atomic<std::uint32_t>& begun_bytes(std::uint32_t connection) const noexcept {
    return begun_bytes_[connection];
  }
  /// Messages that the kernel took before it said full when the channel was made; 0: it sizes that itself.
  [[nodiscard]] std::uint64_t capacity() const noexcept { return shared_->capacity_slots; }
  [[nodiscard]] Effective effective(std::uint32_t batch) const;
  [[nodiscard]] Handles handles() const;
  void drop(Keep keep) noexcept;

 private:
  struct Shared {
    RegionHeader header;
    std::uint64_t capacity_slots;
  };
  static constexpr RegionHeader kHeader{0x7063736f'636b6574U, 1, sizeof(Shared)};  // "pcsocket"

  void find_shared() noexcept;
  void connect_one();
  void connect_to_name();
  void connect_by_tcp();
  void add(int producer_end, int consumer_end);
  [[nodiscard]] std::uint64_t room_for(const RoundSpec& spec);

  SocketKind kind_;
  std::vector<FileDescriptor> producer_ends_;
  std::vector<FileDescriptor> consumer_ends_;
  SharedRegion region_;
  Shared* shared_ = nullptr;
  std::atomic<std::uint32_t>* begun_bytes_ = nullptr;  // behind *shared_, one a connection
};

}  // namespace pcbench
