// Which rank sends to which, over which links.
#pragma once

#include "hardware/cluster.hpp"
#include "parallelism/plan.hpp"
#include "program/program.hpp"

namespace trainyard::program {

// Fills everything of `program` but its roles.
void wire(const parallelism::Plan& plan, const hardware::Cluster& cluster, Program& program);

}  // namespace trainyard::program
