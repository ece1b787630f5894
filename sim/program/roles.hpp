// What the ranks of each pipeline stage do in a step, as instructions.
#pragma once

#include <string>
#include <vector>

#include "hardware/cluster.hpp"
#include "model/model.hpp"
#include "parallelism/plan.hpp"
#include "program/exchanges.hpp"
#include "program/program.hpp"

namespace trainyard::program {

// Fills roles (one for each stage) and labels of `program`, and asks `exchanges` for the patterns
// it needs. In steady state: the first micro-batch's input came during the step before, and the
// next step's must have come before this one ends; parameters gathered beside computing are those
// that the step before updated.
void add_roles(const model::Model& model, const parallelism::Plan& plan,
               const hardware::Cluster& cluster, Exchanges& exchanges, Program& program);

}  // namespace trainyard::program
