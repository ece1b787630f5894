// As `priority`, but a job that does not fit stops less urgent ones: as few as needed, the least
// urgent first, of these those that started last.
#pragma once

#include <memory>

#include "scheduling/policy.hpp"

namespace trainyard::scheduling {

std::unique_ptr<Policy> preempt(const Settings& settings);

}  // namespace trainyard::scheduling
