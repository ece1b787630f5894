// A step's time in closed form, without playing it: what a planner ranks thousands of plans by.
// Assumes equal replicas, links that no other exchange uses, and stages that never wait but for the
// schedule's bubble. Not true where flows meet on oversubscribed links, where stages are very
// uneven, for groups whose hops differ much, or for the first gather and last sum of sharded
// parameters; and it hides none of the way to experts in DualPipe's pairs.
// tests/step/estimate.test.cpp says how far it is from played steps.
#pragma once

#include "base/units.hpp"
#include "parallelism/plan.hpp"
#include "step/task.hpp"

namespace trainyard::step {

struct Estimate {
  Seconds duration;
  Seconds computing;   // of the busiest stage, exchanges inside layers left out
  Seconds exchanging;  // the same: tensor, context and expert exchanges that nothing hides
  Seconds bubble;
  Seconds sending;    // activations between stages
  Seconds gradients;  // gradients and parameters between peers, what is not hidden
  Seconds optimizer;
};

Estimate estimate(const Task& task, const parallelism::Plan& plan);

}  // namespace trainyard::step
