// What brokers promise: known also where their packages are missing.
#pragma once

#include "model/promises.h"

namespace pcbench {

inline constexpr Promises kRedisPromises{
    .can_close = false,
    .capacity_slots_max = 1U << 20U,
    .full = Exactness::guess,
    .keeps_unreleased = true,
    .at_least_once = true,
    .survives = "a killed worker of either role, at any phase; what a consumer had not acknowledged goes to "
                "another one"};

}  // namespace pcbench
