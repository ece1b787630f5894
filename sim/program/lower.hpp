// From a model, a plan and a cluster to a Program: what each stage computes and sends, in the order
// of its schedule, and which links every transfer crosses.
#pragma once

#include "hardware/cluster.hpp"
#include "model/model.hpp"
#include "parallelism/plan.hpp"
#include "program/fold.hpp"
#include "program/program.hpp"
#include "program/section.hpp"

namespace trainyard::program {

// The accelerators from 0 on are used, rank by rank. Requires a plan that divides the model and
// fits the cluster (`step` checks and says so). Without folding every rank is listed.
Program lower(const model::Model& model, const parallelism::Plan& plan,
              const hardware::Cluster& cluster, Folding folding = Folding::off);

// A pipeline in sections, each on a part of the footprint that nothing else uses. Sections follow
// one another, divide into equally many replicas, and tensor degrees of neighbours divide each
// other.
Program lower(const model::Model& model, const Sections& sections,
              const hardware::Footprint& footprint, Folding folding = Folding::off,
              Notes notes = Notes::off);

}  // namespace trainyard::program
