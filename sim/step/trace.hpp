// What a recording says in words: operators, waits and transfers of one rank of each class.
#pragma once

#include <vector>

#include "engine/player.hpp"
#include "step/play.hpp"
#include "step/report.hpp"

namespace trainyard::step {

std::vector<TraceEvent> trace(const Played& played, const engine::Recording& recording);

}  // namespace trainyard::step
