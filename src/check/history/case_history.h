// CaseHistory: what the histories of a case's rounds came to. Each is judged as its round ends and can then
// be dropped: only verdicts are kept.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "model/history.h"
#include "model/record.h"
#include "model/verdict.h"
#include "model/warning.h"

namespace pcbench {

class CaseHistory {
 public:
  /// Judges the HISTORY of ROUND and folds its verdicts in: the worst outcome wins and counts add up, but a
  /// check that nothing exercised in one round has another round's verdict. A history that cannot be judged
  /// is `unknown: checker_error`. Returns the worst outcome of this round.
  Outcome add(const RoundRecord& round, const History& history);

  /// Of how many rounds it knows.
  [[nodiscard]] std::size_t rounds() const { return rounds_; }
  /// delivery, causality, order, empty, capacity; nothing before the first round.
  [[nodiscard]] const std::vector<Verdict>& verdicts() const { return verdicts_; }
  /// nullptr: there is no such verdict.
  [[nodiscard]] const Verdict* find(std::string_view check) const;

  /// Takes into VERDICT, which is of the same check and from the rounds' counts, what the histories say.
  void merge_into(Verdict& verdict) const;

  /// stronger_than_declared: the transport kept more order than it promises, and had the opportunity not to.
  [[nodiscard]] std::vector<Warning> warnings(const CaseRecord& record) const;

 private:
  std::vector<Verdict> verdicts_;
  std::size_t rounds_ = 0;
};

}  // namespace pcbench
