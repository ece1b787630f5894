// Earliest deadline first; nobody overtakes a job that waits for the same chips. A job takes the
// choice with the fewest accelerator-seconds that meets its deadline, else the fastest.
#pragma once

#include <memory>

#include "scheduling/policy.hpp"

namespace trainyard::scheduling {

std::unique_ptr<Policy> deadline(const Settings& settings);

}  // namespace trainyard::scheduling
