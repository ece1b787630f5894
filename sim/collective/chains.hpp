// Members in lines that pass pieces of the buffer to their neighbours, all lines side by side:
// closed to rings, or open as on a mesh. What rings, grids and hierarchies are played with.
#pragma once

#include "collective/collective.hpp"

namespace trainyard::collective {

using Chain = std::vector<std::int64_t>;  // members, neighbours beside each other
using Chains = std::vector<Chain>;        // all equally long, every member on one of them

// The pieces that each member has after a reduce-scatter and before an all-gather; shape
// [members][...]. Those of a chain's members are different pieces, as many each.
using Parts = std::vector<std::vector<std::int64_t>>;

// Member i's part is piece i.
Parts own_pieces(std::int64_t members);

// Every member sends to the next of its chain, the last to the first.
Transfer around(const Chains& chains, double share, double messages);

// The m - 1 rounds of rings of m members. Each member sends the part of one other in each round.
void ring_reduce_scatter(const Chains& chains, const Parts& parts, std::vector<Round>& rounds);
void ring_all_gather(const Chains& chains, const Parts& parts, std::vector<Round>& rounds);

// The m - 1 rounds of open chains: sums of a part run towards its place from both ends, copies run
// from it to both ends. A member sends at most one part each way in a round.
void chain_reduce_scatter(const Chains& chains, const Parts& parts, std::vector<Round>& rounds);
void chain_all_gather(const Chains& chains, const Parts& parts, std::vector<Round>& rounds);

// The same in one phase, of `buffer` buffers cut into m parts. Of a reduce-scatter place i sends
// the m - 1 - i parts beyond it up the chain and the i parts before it down: m - 1 in all. Of an
// all-gather it sends i + 1 up and m - i down, the ends one way only. The busiest hop carries m - 1
// parts in both.
Phase chain_reduce_scatter_phase(const Chains& chains, double buffer);
Phase chain_all_gather_phase(const Chains& chains, double buffer);

}  // namespace trainyard::collective
