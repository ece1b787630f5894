// What the ranks of each pipeline stage do in a step, as instructions.
#pragma once

#include "hardware/cluster.hpp"
#include "model/model.hpp"
#include "program/exchanges.hpp"
#include "program/labels.hpp"
#include "program/program.hpp"
#include "program/section.hpp"

namespace trainyard::program {

// Adds a section's roles (one for each stage) and its labels to `program`, and asks `exchanges` for
// the patterns it needs. In steady state: the first micro-batch's input came during the step
// before, and the next step's must have come before this one ends; parameters gathered beside
// computing are those that the step before updated.
void add_roles(const model::Model& model, const Section& section, const hardware::Cluster& cluster,
               Exchanges& exchanges, Labels& labels, Notes notes, Program& program);

}  // namespace trainyard::program
