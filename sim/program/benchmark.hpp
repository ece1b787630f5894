// A collective on its own, as a program: what `nccl-tests` measures.
#pragma once

#include "collective/collective.hpp"
#include "hardware/cluster.hpp"
#include "parallelism/plan.hpp"
#include "program/fold.hpp"
#include "program/program.hpp"

namespace trainyard::program {

// All peers of the plan (tensor 1, pipeline 1) do the operation once on `buffer`, by the plan's
// gradient algorithm.
Program lower_collective(collective::Operation operation, Bytes buffer,
                         const parallelism::Plan& plan, const hardware::Cluster& cluster,
                         Folding folding = Folding::off);

}  // namespace trainyard::program
