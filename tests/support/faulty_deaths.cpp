// Transports that do wrong, or look as if they did, when a consumer has died.
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "base/layout.h"
#include "base/shared_region.h"
#include "support/faulty_transports.h"
#include "transport/shm_mpmc_ring.h"

namespace pcbench::test {
namespace {

enum class Legacy : std::uint8_t {
  again,   ///< the last message that the dead consumer had released comes once more
  forget,  ///< the one that was in its hands is gone
};

/// One message at a time.
template <Legacy kLegacy>
class MortalConsumer {
 public:
  MortalConsumer(ShmMpmcRing::Consumer inner, std::byte* kept, std::size_t bytes)
      : inner_(std::move(inner)), kept_(kept), held_(bytes) {}

  [[nodiscard]] ReadRun try_peek(std::uint32_t /*want*/) noexcept {
    const ReadRun run = inner_.try_peek(1);
    if (run.count == 0) return run;
    std::memcpy(held_.data(), run.first, held_.size());
    if (kLegacy == Legacy::forget) inner_.release(1);
    return {held_.data(), held_.size(), 1, PopStatus::ok};
  }
  void release(std::uint32_t count) noexcept {
    if (kLegacy == Legacy::forget || count == 0) return;
    std::memcpy(kept_, held_.data(), held_.size());
    inner_.release(count);
  }
  void park(std::uint64_t timeout_ns) noexcept { inner_.park(timeout_ns); }

 private:
  ShmMpmcRing::Consumer inner_;
  std::byte* kept_;  // what this consumer released last
  std::vector<std::byte> held_;
};

template <Legacy kLegacy, bool kPromised>
class MortalRing {
 public:
  static constexpr Promises kPromises{.spawn_refusal = "a test has no need of it",
                                      .capacity = CapacityRule::power_of_two,
                                      .at_least_once = kPromised};

  explicit MortalRing(const RoundSpec& spec)
      : spec_(spec), ring_(spec), kept_(SharedRegion::create((spec.consumers + 1) * stride())) {}

  [[nodiscard]] ShmMpmcRing::Producer producer(std::uint32_t index) const { return ring_.producer(index); }
  [[nodiscard]] MortalConsumer<kLegacy> consumer(std::uint32_t index) const {
    return {ring_.consumer(index), kept(index), spec_.message_bytes};
  }
  [[nodiscard]] Effective effective() const {
    Effective effective = ring_.effective();
    effective.batch_messages = 1;
    return effective;
  }
  [[nodiscard]] Handles handles() const { return ring_.handles(); }
  void drop_ends(Keep keep) noexcept { ring_.drop_ends(keep); }

  /// Requires: there is room.
  void mourn(Role role, std::uint32_t index) noexcept {
    ring_.mourn(role, index);
    if (kLegacy == Legacy::forget || role == Role::producer) return;
    ShmMpmcRing::Producer again = ring_.producer(spec_.producers);
    const WriteRun run = again.try_reserve(1);
    if (run.count == 0) return;
    std::memcpy(run.first, kept(index), spec_.message_bytes);
    (void)again.commit(1);
    (void)again.flush();
  }

 private:
  [[nodiscard]] std::size_t stride() const noexcept {
    return align_up(spec_.message_bytes, kFalseSharingBytes);
  }
  [[nodiscard]] std::byte* kept(std::uint32_t consumer) const noexcept {
    return kept_.data() + consumer * stride();
  }

  RoundSpec spec_;
  ShmMpmcRing ring_;
  SharedRegion kept_;
};

const std::array kDeathRows = {
    faulty_row<MortalRing<Legacy::again, true>>("faulty_again", "gives a dead consumer's last message again"),
    faulty_row<MortalRing<Legacy::again, false>>("faulty_again_unpromised", "the same, without a word of it"),
    faulty_row<MortalRing<Legacy::forget, true>>("faulty_forget",
                                                 "loses what a dead consumer had in its hands"),
};

}  // namespace

std::span<const TransportRow> faulty_deaths() noexcept { return kDeathRows; }

}  // namespace pcbench::test
