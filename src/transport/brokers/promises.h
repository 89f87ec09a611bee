// What brokers promise: known also where their packages are missing.
#pragma once

#include "model/promises.h"

namespace pcbench {

inline constexpr Promises kNatsPromises{
    .can_close = false,
    .payload_bytes_max = 1'000'000,
    .capacity_slots_max = 1U << 20U,
    .batch = false,
    .full = Exactness::guess,
    .keeps_unreleased = true,
    .at_least_once = true,
    .survives =
        "a killed worker of either role, at any phase; what a consumer had not acknowledged goes to "
        "another one"};

inline constexpr Promises kRedisPromises{
    .can_close = false,
    .capacity_slots_max = 1U << 20U,
    .full = Exactness::guess,
    .keeps_unreleased = true,
    .at_least_once = true,
    .survives =
        "a killed worker of either role, at any phase; what a consumer had not acknowledged goes to "
        "another one"};

}  // namespace pcbench
