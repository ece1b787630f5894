// What broke: events by component over time, and what each cause came to.
#pragma once

#include <span>

#include "base/dataset.hpp"
#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "measure/bins.hpp"
#include "measure/names.hpp"

namespace trainyard::measure {

// Appends breakdowns and interruptions by [time, component], and the cause_* variables.
void add_failures(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
                  const Bins& bins, const Names& names, Dataset& dataset);

}  // namespace trainyard::measure
