// What is no record of a program's round, and what is said of it.
#pragma once

#include <string>
#include <vector>

namespace pcbench {

/// Who finds what is wrong: the schema can say it, or only the reader.
enum class FoundBy { schema, reader };
/// The good record of external_record_test.cpp with VALUE at AT.
struct BadRecord {
  std::string at, value;  // "": there is nothing
  std::string place, says;
  FoundBy found_by = FoundBy::schema;  // and by the reader
};
inline const std::vector<BadRecord> kBadRecords = {
    {"", "[]", "/", "must be an object"},
    {"/extra", "1", "/extra", "1 has a key that is not known"},
    {"/schema", "", "/", "must have the key schema"},
    {"/schema", R"("other")", "/schema", R"("other" must be "pcbench/external-record")"},
    {"/schema_version", R"("2.0")", "/schema_version", R"("2.0" must be 1.x)"},
    {"/schema_version", "1", "/schema_version", "1 must be a string"},
    {"/workers", "{}", "/workers", "must be an array"},
    {"/workers/3", "", "/workers", "must be 2 producers, then 2 consumers", FoundBy::reader},
    {"/workers/0", "7", "/workers/0", "7 must be an object"},
    {"/workers/0/colour", "1", "/workers/0/colour", "1 has a key that is not known"},
    {"/workers/0/role", "", "/workers/0", "must have the key role"},
    {"/workers/3/role", R"("producer")", "/workers/3", "must be c1: producers first, each by its index"},
    {"/workers/1/index", "0", "/workers/1", "must be p1: producers first, each by its index",
     FoundBy::reader},
    {"/workers/0/popped", "[]", "/workers/0/popped", "is nothing that a producer tells"},
    {"/workers/0/corrupted", "[]", "/workers/0/corrupted", "is nothing that a producer tells"},
    {"/workers/0/last_at_ns", "3000", "/workers/0/last_at_ns", "3000 is nothing that a producer tells"},
    {"/workers/2/messages", "9", "/workers/2/messages", "9 is nothing that a consumer tells"},
    {"/workers/0/messages", "", "/workers/0", "must have the key messages"},
    {"/workers/0/messages", "6.5", "/workers/0/messages", "6.5 must be an integer from 0"},
    {"/workers/0/messages", "18446744073709551615", "/workers/0/messages", "must be an integer from 0"},
    {"/workers/0/error", "5", "/workers/0/error", "5 must be a string"},
    {"/workers/0/exit", "", "/workers/0", "must have the key exit"},
    {"/workers/0/exit", "256", "/workers/0/exit", "256 must be an integer from -64 to 255"},
    {"/workers/0/asked", "1", "/workers/0/asked", "1 must be true or false"},
    {"/workers/0/asked", "true", "/workers/0", "only an end by a signal can have been asked for",
     FoundBy::reader},
    {"/workers/2/exit", "null", "/workers/2", "a worker with end_at_ns has ended: exit must be a number",
     FoundBy::reader},
    {"/workers/2/begin_at_ns", "", "/workers/2",
     "a worker with end_at_ns has begun: it must have begin_at_ns", FoundBy::reader},
    {"/workers/0/created_at_ns", "999", "/workers/0/created_at_ns",
     "999 must be a time of CLOCK_MONOTONIC at which the program lived (1000 to 9000)", FoundBy::reader},
    {"/workers/3/end_at_ns", "9001", "/workers/3/end_at_ns", "9001 must be a time of CLOCK_MONOTONIC",
     FoundBy::reader},
    {"/workers/0/created_at_ns", "2101", "/workers/0/begin_at_ns", "2100 must not be before",
     FoundBy::reader},
    {"/workers/2/last_at_ns", "1999", "/workers/2/last_at_ns", "1999 must not be before", FoundBy::reader},
    {"/workers/2/end_at_ns", "5999", "/workers/2/end_at_ns", "5999 must not be before", FoundBy::reader},
    {"/workers/0/stamps/1", "[4]", "/workers/0/stamps/1", "must be an array of 2"},
    {"/workers/0/stamps/1/1", "9001", "/workers/0/stamps/1/1", "9001 must be a time of CLOCK_MONOTONIC",
     FoundBy::reader},
    {"/workers/2/stamps/0/2", "1", "/workers/2/stamps/0/2", "1 must be a time of CLOCK_MONOTONIC",
     FoundBy::reader},
    {"/workers/2/stamps/0/0", "4294967296", "/workers/2/stamps/0/0", "from 0 to 4294967295"},
    {"/workers/2/popped", "", "/workers/2", "must have the key popped"},
    {"/workers/2/popped/1", "[1, 0]", "/workers/2/popped/1", "must be an array of 3"},
    {"/workers/2/popped/1/0", "-1", "/workers/2/popped/1/0", "-1 must be an integer from 0 to 4294967295"},
    {"/workers/2/popped/1/1", R"("0")", "/workers/2/popped/1/1", R"("0" must be an integer from 0)"},
    {"/workers/2/popped/1/2", "0", "/workers/2/popped/1/2", "0 must be from 1 to, in all, 16 times"},
    {"/workers/2/popped/0/2", "1201", "/workers/2/popped/0/2", "1201 must be from 1 to, in all, 16 times",
     FoundBy::reader},
    {"/workers/3/popped/0/2", "1192", "/workers/3/popped/0/2", "1192 must be from 1 to, in all, 16 times",
     FoundBy::reader},
    {"/workers/2/corrupted", "[[0, 1]]", "/workers/2/corrupted/0", "must be an array of 3"},
    {"/workers/2/corrupted", "[[0, 1, -1]]", "/workers/2/corrupted/0/2", "-1 must be an integer from 0"},
    {"/drain", "[]", "/drain", "must be an object"},
    {"/drain/popped", "", "/drain", "must have the key popped"},
    {"/drain/stamps", "[]", "/drain/stamps", "has a key that is not known"},
    {"/effective", "[]", "/effective", "must be an object"},
    {"/effective/capacity_slots", R"("64")", "/effective/capacity_slots", "must be an integer from 0"},
    {"/effective/made_of", "5", "/effective/made_of", "5 must be a string"},
    {"/effective/batch_messages", R"("7")", "/effective/batch_messages", "is nothing that a program tells",
     FoundBy::reader},
    {"/effective/clock_uncertainty_ns", R"("7")", "/effective/clock_uncertainty_ns",
     "is nothing that a program tells", FoundBy::reader},
};

}  // namespace pcbench
