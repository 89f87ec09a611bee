// Evidence for the checks' tests, made the way a run makes it: messages go through real Inspectors into a
// real Control (in heap memory), and what they noted becomes the record.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/record.h"
#include "worker/inspector.h"

namespace pcbench {

/// A case of PxC with MESSAGES in total, 16 payload bytes, judged as fifo; stop close.
CaseRecord make_case(std::uint32_t producers, std::uint32_t consumers, std::uint64_t messages,
                     Verify verify = Verify::online);

/// One round: says who popped what, in the order of the calls. Everybody has sent its share, and its pills
/// where stop is pill, and left, until told otherwise.
class RoundBuilder {
 public:
  static constexpr std::uint32_t kDrain = UINT32_MAX;

  /// RECORD is read in the constructor and by finish().
  explicit RoundBuilder(const CaseRecord& record);

  RoundBuilder& pop(std::uint32_t consumer, std::uint32_t producer, std::uint64_t sequence);
  /// Pops FIRST … LAST in order.
  RoundBuilder& pop_run(std::uint32_t consumer, std::uint32_t producer, std::uint64_t first,
                        std::uint64_t last);
  /// Pops a message one of whose payload bytes is wrong.
  RoundBuilder& pop_corrupted(std::uint32_t consumer, std::uint32_t producer, std::uint64_t sequence,
                              std::size_t offset_bytes);
  RoundBuilder& pop_pill(std::uint32_t consumer, std::uint32_t producer);
  /// Pops a message whose kind is none.
  RoundBuilder& pop_of_no_kind(std::uint32_t consumer, std::uint32_t producer, std::uint64_t sequence);

  RoundBuilder& sent(std::uint32_t producer, std::uint64_t messages);
  /// The worker was stopped inside its loop: a consumer keeps what it had not booked to itself.
  RoundBuilder& never_left(Role role, std::uint32_t index, WorkerExit exit);
  RoundBuilder& gave_up(Role role, std::uint32_t index, const std::string& error);
  RoundBuilder& ended(RoundEnd end, HangKind hang = HangKind::none);
  RoundBuilder& without_drain(const std::string& why);

  [[nodiscard]] WorkerRecord& worker(Role role, std::uint32_t index);
  [[nodiscard]] RoundRecord finish(std::uint32_t index = 0);

 private:
  void feed(std::uint32_t consumer, const Envelope& envelope, std::size_t wrong_byte);

  const CaseRecord& record_;
  RoundSpec spec_{};
  std::unique_ptr<WorkerSlot[]> memory_;  // of 128-aligned units, as a region would be
  Control control_;
  std::vector<Inspector> inspectors_;  // consumers, then the drain
  RoundRecord round_;
  std::string drain_missing_;
};

}  // namespace pcbench
