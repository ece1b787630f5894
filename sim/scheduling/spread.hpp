// As far apart as possible, so that gangs share no link: a small one on the emptiest node, a larger
// one on wholly idle nodes, as many below one leaf as below another.
#pragma once

#include <optional>
#include <vector>

#include "scheduling/placement.hpp"

namespace trainyard::scheduling {

std::optional<std::vector<Piece>> spread(const Nodes& nodes, const Gang& gang);

}  // namespace trainyard::scheduling
