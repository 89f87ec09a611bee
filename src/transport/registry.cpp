#include "transport/registry.h"

#include <array>

#include "transport/shm_mpmc_ring.h"
#include "transport/shm_spsc_ring.h"

namespace pcbench {
namespace {

template <class T>
std::unique_ptr<Channel> create(const RoundSpec& spec) {
  return std::make_unique<ChannelOf<T>>(spec);
}
template <class T>
std::unique_ptr<Channel> attach(const RoundSpec& spec, const Handles& handles) {
  return std::make_unique<ChannelOf<T>>(spec, handles);
}
std::string never(const Case& /*config*/) { return {}; }

const std::array kTransports = {
    TransportRow{"shm_spsc_ring", "our ring in shared memory for one producer and one consumer", ShmSpscRing::kPromises, nullptr,
                 false, never, create<ShmSpscRing>, attach<ShmSpscRing>},
    TransportRow{"shm_mpmc_ring", "our ring in shared memory for any number on each side", ShmMpmcRing::kPromises, nullptr,
                 false, never, create<ShmMpmcRing>, attach<ShmMpmcRing>},
};

}  // namespace

std::span<const TransportRow> transports() noexcept { return kTransports; }

const TransportRow* find_transport(std::string_view name) noexcept {
  for (const TransportRow& row : kTransports)
    if (row.name == name) return &row;
  return nullptr;
}

}  // namespace pcbench
