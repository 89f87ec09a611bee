// Warning: what a reader of the numbers must know and can do about it. Data in the report, not a log line.
#pragma once

#include <string>

namespace pcbench {

struct Warning {
  std::string id;  ///< stable, snake_case
  std::string text;
  std::string remedy;
  std::string case_id;  ///< empty: concerns the whole run
};

}  // namespace pcbench
