// Shares of time with which all jobs together do the most, each measured against its fastest choice
// (after Gavel, see rounds.hpp, section 4).
#pragma once

#include <memory>

#include "scheduling/policy.hpp"

namespace trainyard::scheduling {

std::unique_ptr<Policy> max_throughput(const Settings& settings);

}  // namespace trainyard::scheduling
