#include "cli/kept_history.h"

#include <fmt/format.h>

#include <sstream>
#include <utility>

#include "base/error.h"
#include "history/history_file.h"
#include "report/formats.h"
#include "report/trace.h"

namespace pcbench {

void KeptHistory::offer(const CaseRecord& record, History history, Outcome outcome) {
  if ((path_.empty() && trace_.empty()) || failed_) return;
  failed_ = outcome == Outcome::fail;
  whose_ =
      fmt::format("{}, round {}{}", record.config.id, record.rounds.back().index, failed_ ? ", failed" : "");
  history_ = std::move(history);
  record_ = CaseRecord();
  record_.config = record.config;
  record_.rounds = {record.rounds.back()};
}

std::string KeptHistory::write() const {
  if (path_.empty() && trace_.empty()) return {};
  if (!history_)
    throw Error("there is no history to write: no round that logs one was run",
                path_.empty() ? "--trace " + trace_ : "--history-out " + path_);
  std::string said;
  if (!path_.empty()) {
    std::ostringstream bytes;
    if (path_.ends_with(".json")) write_history_json(*history_, bytes);
    else write_history_binary(*history_, bytes);
    write_text_file(bytes.view(), path_);
    said += fmt::format("history: {} ({})\n", path_, whose_);
  }
  if (!trace_.empty()) {
    std::ostringstream text;
    write_trace(record_, record_.rounds.front(), *history_, text);
    write_text_file(text.view(), trace_);
    said += fmt::format("trace: {} ({}); open it at ui.perfetto.dev\n", trace_, whose_);
  }
  return said;
}

}  // namespace pcbench
