// Costs by owner, kind, job and user; what is sold, and who would get a share of it.
#pragma once

#include <span>

#include "base/dataset.hpp"
#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "measure/bins.hpp"
#include "measure/names.hpp"

namespace trainyard::measure {

// The same world without the chips of one of its owners (fleet/without.hpp), and what happened
// there.
struct Marginal {
  std::size_t owner = 0;
  const fleet::World* world = nullptr;
  const fleet::History* history = nullptr;
};

// Appends the axes `cost_kind`, `user` and, where something is sold, `stream` and `share_rule`, and
// the variables on them. Marginals belong to the world of the same variant; shares by marginal work
// are there where each party of a variant has one.
void add_money(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
               const Bins& bins, const Names& names, std::span<const Marginal> marginals,
               Dataset& dataset);

}  // namespace trainyard::measure
