// Which rank sends to which, over which links.
#pragma once

#include "hardware/cluster.hpp"
#include "parallelism/plan.hpp"
#include "program/exchanges.hpp"
#include "program/program.hpp"
#include "program/symmetry.hpp"

namespace trainyard::program {

// Fills everything of `program` but its roles and labels.
void wire(const parallelism::Plan& plan, const hardware::Cluster& cluster,
          const Exchanges& exchanges, const Symmetry& symmetry, Program& program);

}  // namespace trainyard::program
