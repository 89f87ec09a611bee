#include "transport/parts/ring_memory.h"

#include <new>

#include "transport/parts/capacity.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kMagic = 0x70636272'696e6731U;  // "pcbring1"
constexpr std::uint64_t kVersion = 3;

}  // namespace

RingMemory::RingMemory(const RoundSpec& spec, const Promises& promises, std::size_t stride) {
  const std::uint64_t capacity = effective_capacity(promises, spec.capacity_slots, stride);
  const std::size_t bytes = sizeof(RingControl) + capacity * stride;
  region_ = SharedRegion::create(bytes);
  control_ = new (region_.data()) RingControl{};
  control_->header = {{kMagic, kVersion, bytes}, capacity, stride};
}

RingMemory::RingMemory(int descriptor) : region_(SharedRegion::attach(FileDescriptor(descriptor))) {
  require_region(region_.data(), region_.size(), {kMagic, kVersion, sizeof(RingControl)}, "ring attach");
  control_ = std::launder(reinterpret_cast<RingControl*>(region_.data()));
}

}  // namespace pcbench
