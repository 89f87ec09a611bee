// Window: how many messages one producer may have on their way to one consumer. Capacity is shared out evenly
// among the P x C links.
#pragma once

#include <algorithm>
#include <cstdint>

#include "model/record.h"
#include "model/round_spec.h"
#include "transport/parts/capacity.h"

namespace pcbench {

struct MpiWindow {
  static constexpr std::uint64_t kBatchBytesMax = 1U << 24U;  // a message of MPI has less than 2 GiB

  std::uint32_t messages;        ///< of one link
  std::uint32_t batch_messages;  ///< that go as one message of MPI

  explicit MpiWindow(const RoundSpec& spec) noexcept {
    const std::uint64_t wanted =
        spec.capacity_slots != 0 ? spec.capacity_slots : automatic_capacity(spec.message_bytes);
    const std::uint64_t links = std::uint64_t{spec.producers} * spec.consumers;
    messages = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, wanted / links));
    const std::uint64_t fitting = std::max<std::uint64_t>(1, kBatchBytesMax / spec.message_bytes);
    batch_messages =
        static_cast<std::uint32_t>(std::min<std::uint64_t>({spec.batch_messages, messages, fitting}));
  }

  /// A consumer gives so many back at once. No more than half, or a producer might wait for what is not sent.
  [[nodiscard]] std::uint32_t quantum() const noexcept { return std::max(1U, messages / 2); }

  [[nodiscard]] Effective effective(const RoundSpec& spec) const {
    Effective effective;
    effective.capacity_slots = std::uint64_t{messages} * spec.producers * spec.consumers;
    effective.batch_messages = batch_messages;
    return effective;
  }
};

}  // namespace pcbench
