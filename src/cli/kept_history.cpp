#include "cli/kept_history.h"

#include <fmt/format.h>

#include <sstream>
#include <utility>

#include "base/error.h"
#include "history/history_file.h"
#include "report/formats.h"

namespace pcbench {

void KeptHistory::offer(const CaseRecord& record, History history, Outcome outcome) {
  if (path_.empty() || failed_) return;
  failed_ = outcome == Outcome::fail;
  whose_ =
      fmt::format("{}, round {}{}", record.config.id, record.rounds.back().index, failed_ ? ", failed" : "");
  history_ = std::move(history);
}

std::string KeptHistory::write() const {
  if (path_.empty()) return {};
  if (!history_)
    throw Error("there is no history to write: no round that logs one was run", "--history-out " + path_);
  std::ostringstream bytes;
  if (path_.ends_with(".json")) write_history_json(*history_, bytes);
  else write_history_binary(*history_, bytes);
  write_text_file(bytes.view(), path_);
  return fmt::format("history: {} ({})\n", path_, whose_);
}

}  // namespace pcbench
