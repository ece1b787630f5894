// Plays a fleet over its horizon: chips arrive, get power and are installed; jobs start, run at the
// rate of their steps, grow, fall back and finish.
#pragma once

#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "step/rates.hpp"

namespace trainyard::fleet {

// Tasks are those that the jobs' `task` points into. Makes a SimGrid Engine: no step may be played
// in this process afterwards. Deterministic: the same world and rates give the same history.
History play(const World& world, const std::vector<step::Task>& tasks, step::Rates& rates);

}  // namespace trainyard::fleet
