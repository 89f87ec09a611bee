// record_file: a run's whole record on disk, `--out record:FILE`: all evidence and no opinions, so that it
// can be judged again (`bench recheck`) and gone on with (`bench run --resume`).
// Layout      {"schema": "pcbench/record", "schema_version": "1.0", "checksum": FNV-1a of the text of
//             "record", "record": {…}} on one line
#pragma once

#include <string>

#include "model/record.h"
#include "report/json_parts.h"

namespace pcbench {

/// Whether PATH begins as a record does. False also for what cannot be read.
[[nodiscard]] bool is_record_file(const std::string& path);

/// The record in file PATH. Errors: Error for a file that cannot be read, is no record, was changed, or does
/// not hold together, with the place and the rule.
[[nodiscard]] RunRecord read_record_file(const std::string& path);

/// The same from the document itself, whatever its checksum says; PATH is for messages.
[[nodiscard]] RunRecord record_of(const OrderedJson& document, const std::string& path);

}  // namespace pcbench
