// Shares of time with which the job that is worst off is best off (Gavel, see rounds.hpp, section
// 4.1): the least of throughput over throughput under an equal share is as large as can be. An
// equal share is one of as many accelerator-seconds as everybody else's, in each group, so that
// a job on z accelerators runs 1/z of the time of a job on one; that is the scale factor by which
// the paper multiplies. What is left then goes where it does the most.
#pragma once

#include <memory>

#include "scheduling/policy.hpp"

namespace trainyard::scheduling {

std::unique_ptr<Policy> max_min(const Settings& settings);

}  // namespace trainyard::scheduling
