#include "model/names.h"

#include <gtest/gtest.h>

#include <set>

namespace pcbench {
namespace {

/// Checks E's table; SIZE is how many enumerators E has, so that a forgotten one is noticed.
template <class E>
void expect_round_trip(std::size_t size) {
  std::set<E> values;
  std::set<std::string_view> names;
  for (const auto& [value, name] : NamesOf<E>::table) {
    EXPECT_EQ(name_of(value), name);
    EXPECT_EQ(value_of<E>(name), value) << name;
    EXPECT_FALSE(name.empty());
    values.insert(value);
    names.insert(name);
  }
  EXPECT_EQ(values.size(), size) << *names.begin();
  EXPECT_EQ(names.size(), size) << *names.begin();
  EXPECT_EQ(value_of<E>("no such name"), std::nullopt);
  EXPECT_EQ(name_of(static_cast<E>(99)), "?");
}

TEST(Names, of_every_enumeration_lead_back_to_their_values) {
  expect_round_trip<WorkerKind>(2);
  expect_round_trip<StartMethod>(2);
  expect_round_trip<WaitStrategy>(4);
  expect_round_trip<Codec>(4);
  expect_round_trip<PinMode>(4);
  expect_round_trip<Verify>(4);
  expect_round_trip<Integrity>(2);
  expect_round_trip<LatencyMode>(3);
  expect_round_trip<FaultKind>(6);
  expect_round_trip<FaultPhase>(9);
  expect_round_trip<Outcome>(3);
  expect_round_trip<Order>(3);
  expect_round_trip<Exactness>(3);
  expect_round_trip<CapacityRule>(4);
  expect_round_trip<Role>(2);
  expect_round_trip<OperationKind>(2);
  expect_round_trip<OperationStatus>(5);
  expect_round_trip<ExitKind>(4);
  expect_round_trip<RoundEnd>(4);
  expect_round_trip<PlacementClass>(4);
  expect_round_trip<HangKind>(6);
  expect_round_trip<Phase>(9);
}

}  // namespace
}  // namespace pcbench
