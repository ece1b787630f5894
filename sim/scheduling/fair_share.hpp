// The owner that has used the least for its share goes first: accelerator-seconds, halving every
// half-life, what runs now included. First in, first out within an owner; nobody overtakes a job
// that waits for the same chips.
#pragma once

#include <memory>

#include "scheduling/policy.hpp"

namespace trainyard::scheduling {

std::unique_ptr<Policy> fair_share(const Settings& settings);

}  // namespace trainyard::scheduling
