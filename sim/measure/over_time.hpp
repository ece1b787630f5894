// The variables over time of all variants.
#pragma once

#include <span>

#include "base/dataset.hpp"
#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "measure/bins.hpp"
#include "measure/names.hpp"

namespace trainyard::measure {

// Appends throughput by [time, site, accelerator], [time, owner] and [time, job], and by the first
// that part of it that was not lost later.
void add_throughput(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
                    const Bins& bins, const Names& names, Dataset& dataset);

// Appends chips by state, by [time, site, accelerator] and [time, owner], and utilisation.
void add_chips(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
               const Bins& bins, const Names& names, Dataset& dataset);

// Appends power, its limit, energy, its cost, its carbon and the clock by [time, site].
void add_power(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
               const Bins& bins, const Names& names, Dataset& dataset);

// Appends load and writes of the checkpoint stores by [time, site].
void add_stores(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
                const Bins& bins, const Names& names, Dataset& dataset);

// Appends traffic and availability by [time, link].
void add_links(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
               const Bins& bins, const Names& names, Dataset& dataset);

}  // namespace trainyard::measure
