// A node as seen by estimates of exchanges.
#pragma once

#include "collective/collective.hpp"
#include "hardware/node.hpp"

namespace trainyard::collective {

// What an accelerator can send inside its node, and its part of the node's interfaces.
Surroundings surroundings(const hardware::Node& node);

// Group::switch_cost for members who all stand on one such node.
double switch_cost(const hardware::ScaleUp& up);

}  // namespace trainyard::collective
