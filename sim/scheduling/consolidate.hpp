// As few nodes as possible, as HeliosArtifact's placer of that name (Hu et al., SC'21): a small
// gang on the fullest node that holds it, a larger one on wholly idle nodes, its rest on the
// emptiest node that is left.
#pragma once

#include <optional>
#include <vector>

#include "scheduling/placement.hpp"

namespace trainyard::scheduling {

std::optional<std::vector<Piece>> consolidate(const Nodes& nodes, const Gang& gang);

}  // namespace trainyard::scheduling
