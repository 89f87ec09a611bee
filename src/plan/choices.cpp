#include "plan/choices.h"

#include <algorithm>

#include "check/judge.h"
#include "stop/registry.h"
#include "transport/registry.h"

namespace pcbench {

std::vector<Choice> transport_choices() {
  std::vector<Choice> all;
  for (const TransportRow& row : transports()) all.push_back({row.name});
  return all;
}

std::vector<Choice> stop_choices() {
  std::vector<Choice> all;
  for (const StopRow* row : stops()) all.push_back({row->name});
  return all;
}

std::vector<KeyRow> option_keys() {
  std::vector<KeyRow> rows;
  for (const TransportRow& transport : transports()) {
    if (transport.option == nullptr) continue;
    auto row = std::find_if(rows.begin(), rows.end(),
                            [&](const KeyRow& known) { return known.key == transport.option->key; });
    if (row == rows.end())
      row = rows.insert(row, {.key = transport.option->key, .help = transport.option->help});
    for (const std::string_view value : transport.option->values) row->names.push_back({value});
    if (transport.option->text == nullptr) continue;
    row->text = transport.option->text;
    row->text_form = transport.option->text_form;
  }
  return rows;
}

std::vector<KeyRow> expect_keys() {
  std::vector<Choice> outcomes = choices<Outcome>();
  std::vector<KeyRow> rows;
  for (const CheckRow& check : checks()) {
    KeyRow row{.key = check.name,
               .help = "an outcome, a list of outcomes, or any",
               .names = outcomes,
               .items = {1, 3},
               .sweeps = false};
    row.names.push_back({"any"});
    row.item = {{.key = "", .help = "an outcome", .names = outcomes, .sweeps = false}};
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace pcbench
