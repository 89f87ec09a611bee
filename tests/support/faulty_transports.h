// Faulty transports: each breaks one promise on purpose, always in the same places, so that tests can show
// that the referee notices it. All are shm_mpmc_ring with one wrong turn, and promise what that promises.
// Every kFaultEvery-th message is hit, or with `transport_options: {"every": "N"}` one in N at random.
//   faulty_lose            a producer's message never arrives
//   faulty_drop_last       each producer's last message never arrives
//   faulty_duplicate       a message is popped twice
//   faulty_swap            two neighbours of one producer change places; none is lost as long as more than
//                          one are sent
//   faulty_swap_producers  wherever another producer's message follows, up to 32 of such overtake
//   faulty_false_empty     a consumer is told `empty` at every kFaultEvery-th look, whatever is inside
//   faulty_false_full      a producer is told `full` at every kFaultEvery-th push, whatever is inside
//   faulty_over_capacity   there is twice the room that it says
//   faulty_corrupt         a payload byte is flipped (nothing where there is no payload)
//   faulty_tear            the second half of a payload is the one of the message before
//   faulty_hang            a consumer finds nothing any more after kFaultEvery messages
//   faulty_never_close     close() does nothing
//   faulty_early_close     a consumer is told `closed` after kFaultEvery messages, with messages inside;
//                          where these are more than its capacity, a producer then waits for ever
//   faulty_deliver_late    a consumer is told `closed` while each producer's last message is pushed, and it
//                          is delivered after that
// faulty_waits.cpp has those whose locks and waits are wrong:
//   faulty_lost_wakeup    every kFaultEvery-th wake-up is forgotten, and waits have no time limit
//   faulty_one_condition  producers and consumers wait for one event, which wakes one of them
//   faulty_thief          a lock that is taken from a holder who is alive but slow
// faulty_deaths.cpp has those that differ when a consumer has died:
//   faulty_again             the last message it had released comes again, which at_least_once allows
//   faulty_again_unpromised  the same, where nobody promised only that
//   faulty_forget            what it had in its hands is lost, which at_least_once does not allow
// faulty_consumers.cpp has one whose consumers each get what is in order, and together do not:
//   faulty_swap_consumers  every kFaultEvery-th message of a consumer is held back until another one has
//                          popped a later one of the same producer
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "transport/registry.h"
#include "transport/transport.h"

namespace pcbench::test {

inline constexpr std::uint64_t kFaultEvery = 100;

/// A row for T, which nothing is refused; with spawn where T can attach.
template <class T>
[[nodiscard]] TransportRow faulty_row(std::string_view name, std::string_view help,
                                      const OptionRow* option = nullptr) {
  TransportRow row{
      name,
      help,
      T::kPromises,
      option,
      false,
      [](const Case& /*config*/) { return std::string(); },
      [](const RoundSpec& spec) -> std::unique_ptr<Channel> { return std::make_unique<ChannelOf<T>>(spec); },
      nullptr};
  if constexpr (std::is_constructible_v<T, const RoundSpec&, const Handles&>)
    row.attach = [](const RoundSpec& spec, const Handles& handles) -> std::unique_ptr<Channel> {
      return std::make_unique<ChannelOf<T>>(spec, handles);
    };
  return row;
}

[[nodiscard]] std::span<const TransportRow> faulty_transports() noexcept;
/// Registers them, however often it is called. Requires: as register_extra_transports.
inline void register_faulty_transports() {
  static const bool registered = (register_extra_transports(faulty_transports()), true);
  static_cast<void>(registered);
}
[[nodiscard]] std::span<const TransportRow> faulty_waits() noexcept;
[[nodiscard]] std::span<const TransportRow> faulty_deaths() noexcept;
[[nodiscard]] std::span<const TransportRow> faulty_consumers() noexcept;

}  // namespace pcbench::test
