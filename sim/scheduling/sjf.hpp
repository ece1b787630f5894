// Shortest job first, by the estimates; nobody overtakes a shorter one that waits for the same
// chips. Running jobs are left alone.
#pragma once

#include <memory>

#include "scheduling/policy.hpp"

namespace trainyard::scheduling {

std::unique_ptr<Policy> sjf(const Settings& settings);

}  // namespace trainyard::scheduling
