// What the ranks of each pipeline stage do in a step, as instructions.
#pragma once

#include <vector>

#include "hardware/cluster.hpp"
#include "model/model.hpp"
#include "parallelism/plan.hpp"
#include "program/program.hpp"

namespace trainyard::program {

// Shape [stages]. In steady state: the first micro-batch's input came during the step before, and
// the next step's must have come before this one ends.
std::vector<Role> roles(const model::Model& model, const parallelism::Plan& plan,
                        const hardware::Cluster& cluster);

}  // namespace trainyard::program
