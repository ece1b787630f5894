// Ring all-reduce: reduce-scatter, then all-gather, each n - 1 steps of 1/n of the buffer; every
// member sends 2 (n - 1) / n buffers, the least possible (Patarasuk and Yuan,
// doi 10.1016/j.jpdc.2008.09.002).
#pragma once

#include "collective/all_reduce.hpp"

namespace trainyard::collective {

std::vector<Phase> ring(std::span<const std::int64_t> node_of);

}  // namespace trainyard::collective
