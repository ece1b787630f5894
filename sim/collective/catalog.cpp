#include <array>

#include "collective/bidirectional_ring.hpp"
#include "collective/binomial_tree.hpp"
#include "collective/collective.hpp"
#include "collective/direct.hpp"
#include "collective/double_binary_tree.hpp"
#include "collective/hierarchical.hpp"
#include "collective/hierarchical_tree.hpp"
#include "collective/in_switch.hpp"
#include "collective/mesh_2d.hpp"
#include "collective/rail_rings.hpp"
#include "collective/recursive_halving_doubling.hpp"
#include "collective/ring.hpp"
#include "collective/torus_2d.hpp"

namespace trainyard::collective {
namespace {

// Of equally fast ones `fastest` takes the first: the simplest come first.
constexpr std::array rows{
    AlgorithmRow{"ring", "one ring over all ranks, 2 (n - 1) / n of the buffer from each",
                 ring_phases, ring_rounds, true, false, true},
    AlgorithmRow{"bidirectional_ring", "half of the buffer around the ring each way",
                 bidirectional_ring_phases, bidirectional_ring_rounds, true},
    AlgorithmRow{"rail_rings", "a ring for each place in a node, all interfaces at once",
                 rail_rings_phases, rail_rings_rounds, true, false, true},
    AlgorithmRow{"in_switch", "the switch of the node sums, where it can", in_switch_phases,
                 in_switch_rounds, true, false, true},
    AlgorithmRow{"hierarchical",
                 "reduce-scatter in nodes, rings across, all-gather in nodes; all-to-all alike",
                 hierarchical_phases, hierarchical_rounds, true, false, true},
    AlgorithmRow{"recursive_halving_doubling",
                 "pairs at distance 1, 2, 4, ... exchange halves; powers of two only",
                 recursive_halving_doubling_phases, recursive_halving_doubling_rounds},
    AlgorithmRow{"double_binary_tree", "half of the buffer up and down each of two trees",
                 double_binary_tree_phases, double_binary_tree_rounds, false, false, true, 0.92},
    AlgorithmRow{"hierarchical_tree",
                 "reduce-scatter in nodes, double binary trees across, all-gather in nodes",
                 hierarchical_tree_phases, hierarchical_tree_rounds, false, false, true, 0.92},
    AlgorithmRow{"binomial_tree", "the whole buffer up one tree and down, for small buffers",
                 binomial_tree_phases, binomial_tree_rounds},
    AlgorithmRow{"torus_2d", "rings along rows, then columns, and back", torus_2d_phases,
                 torus_2d_rounds},
    AlgorithmRow{"mesh_2d", "open lines along rows, then columns, and back", mesh_2d_phases,
                 mesh_2d_rounds},
    AlgorithmRow{"direct", "everyone sends to everyone else at once", direct_phases, direct_rounds,
                 true, true, true},
};

}  // namespace

std::span<const AlgorithmRow> algorithms() {
  return rows;
}

}  // namespace trainyard::collective
