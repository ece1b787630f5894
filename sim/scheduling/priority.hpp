// The most urgent first; whoever fits starts, so that small jobs pass large ones that wait.
#pragma once

#include <memory>

#include "scheduling/policy.hpp"

namespace trainyard::scheduling {

std::unique_ptr<Policy> priority(const Settings& settings);

}  // namespace trainyard::scheduling
