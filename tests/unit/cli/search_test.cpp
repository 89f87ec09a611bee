#include "cli/search.h"

#include <gtest/gtest.h>

namespace pcbench {
namespace {

SearchPoint not_kept(std::string reason) {
  SearchPoint point;
  point.reason = std::move(reason);
  return point;
}

TEST(Search, says_what_most_rates_failed_by) {
  SearchPoint once;
  once.kept = true;
  const std::vector points = {not_kept("too few messages for response_ns_p99"), once,
                              not_kept("the generator lagged"), not_kept("the generator lagged")};
  EXPECT_EQ(why_none_was_found(points),
            "no rate kept it twice: the generator lagged (2 of 4 tries), "
            "too few messages for response_ns_p99 (1 of 4 tries), kept only once (1 of 4 tries)");
}

TEST(Search, that_was_not_begun_has_no_reasons) {
  EXPECT_EQ(why_none_was_found({}), "no rate kept it twice");
}

}  // namespace
}  // namespace pcbench
