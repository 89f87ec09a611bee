// KeptHistory: the one history that `--history-out` writes, for `bench recheck`, and `--trace` draws.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "model/history.h"
#include "model/record.h"
#include "model/verdict.h"

namespace pcbench {

class KeptHistory {
 public:
  /// Where the history and its trace go; empty: nowhere.
  KeptHistory(std::string history, std::string trace) : path_(std::move(history)), trace_(std::move(trace)) {}

  /// The last round of RECORD logged HISTORY, judged OUTCOME. Kept is the first that failed, or else the
  /// last.
  void offer(const CaseRecord& record, History history, Outcome outcome);

  /// JSON where the file is named .json, else the binary form; the trace is JSON always. Returns what there
  /// is to say about it; empty: nothing was asked for. Errors: Error when it cannot be written, or there is
  /// no history.
  [[nodiscard]] std::string write() const;

 private:
  std::string path_;
  std::string trace_;
  CaseRecord record_;  ///< of the case and its one round; meaningful with a history
  std::optional<History> history_;
  std::string whose_;
  bool failed_ = false;
};

}  // namespace pcbench
