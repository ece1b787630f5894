// Folding: ranks that behave alike are played once. Two ranks are alike when they have the same
// role and their flows cross equally shared links, meet alike partners and belong to alike groups,
// recursively: the coarsest equitable partition of ranks, flows, links and groups, found by colour
// refinement. In it every member of a class sees the same max-min rates at the same times, so a
// folded step takes exactly as long as the full one.
//
// In large placements that fit the leaves unevenly the recursion tells nearly all ranks apart, by
// differences of microseconds far away. There it stops after the first round (role, routes, who
// shares the links, partners) and the partition is marked as not exact: a class then meets the
// sharers of all its members at once on links that few flows cross, and the average crowd on links
// that many flows cross.
#pragma once

#include <cstdint>
#include <vector>

#include "program/program.hpp"

namespace trainyard::program {

enum class Folding { classes, off };

// Which class each thing is in; classes are numbered from 0 in order of first appearance.
struct Partition {
  std::vector<std::int32_t> rank;                // [ranks]
  std::vector<std::int32_t> flow;                // [flows]
  std::vector<std::vector<std::int32_t>> group;  // [channels][groups]
  std::vector<std::int32_t> link;  // [links]; links that no flow crosses any more are none
  std::int32_t ranks = 0;
  std::int32_t flows = 0;
  std::vector<std::int32_t> groups;  // [channels]
  std::int32_t links = 0;
  bool exact = true;
};

Partition partition(const Program& program, Folding folding);

}  // namespace trainyard::program
