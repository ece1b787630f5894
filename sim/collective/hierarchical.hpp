// Hierarchical all-reduce: reduce-scatter inside each node, ring across nodes among the members of
// equal place, all-gather inside. With g members on each of k nodes a member sends
// (g - 1) / g inside, 2 (k - 1) / (k g) across, (g - 1) / g inside. All interfaces work at once.
#pragma once

#include "collective/all_reduce.hpp"

namespace trainyard::collective {

std::vector<Phase> hierarchical(std::span<const std::int64_t> node_of);

}  // namespace trainyard::collective
