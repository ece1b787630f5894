// As few leaves as possible, so that a gang's traffic stays below its leaf: a gang larger than a
// node on wholly idle nodes of the fullest leaf that holds it, else of as few leaves as possible.
#pragma once

#include <optional>
#include <vector>

#include "scheduling/placement.hpp"

namespace trainyard::scheduling {

std::optional<std::vector<Piece>> pods(const Nodes& nodes, const Gang& gang);

}  // namespace trainyard::scheduling
