// Shares out layers over the stages of unlike sections, and a global batch over branches. Filled
// into the requests of the task's branches; what cannot be done is returned.
#pragma once

#include <vector>

#include "step/task.hpp"

namespace trainyard::step {

// Every replica of every branch gets as many micro-batches; layers stay as they are.
std::vector<Objection> evenly(Task& task);

// Layers go one after the other to the stage that is done first with one more and has memory for
// it, micro-batches to the branch that is. Times are estimates: computing and what a stage
// exchanges inside its layers, without waiting.
std::vector<Objection> by_speed(Task& task);

}  // namespace trainyard::step
