// First in, first out: nobody overtakes a job that waits for the same chips.
#pragma once

#include <memory>

#include "scheduling/policy.hpp"

namespace trainyard::scheduling {

std::unique_ptr<Policy> fifo(const Settings& settings);

}  // namespace trainyard::scheduling
