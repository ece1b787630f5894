#include <limits>

#include "measure/cube.hpp"
#include "measure/over_time.hpp"
#include "measure/spans.hpp"

namespace trainyard::measure {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

std::size_t index(fleet::ChipState state) {
  return static_cast<std::size_t>(state);
}

}  // namespace

void add_chips(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
               const Bins& bins, const Names& names, Dataset& dataset) {
  const Axis variant{"variant", worlds.size()};
  const Axis time{"time", bins.size()};
  const Axis state{"state", fleet::chip_states};
  const Axis site{"site", names.sites.size()};
  const Axis accelerator{"accelerator", names.accelerators.size()};
  Cube chips({"chips", "accelerators by state, mean over the bin", "1"},
             {variant, time, site, accelerator, state});
  Cube owned({"owner_chips", "accelerators by their owner and state, mean over the bin", "1"},
             {variant, time, {"owner", names.owners.size()}, state});
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    const fleet::World& world = worlds[v];
    const Places& at = names.places[v];
    const auto add = [&](const fleet::ChipChange& change, Instant until) {
      const std::size_t s = at.sites[change.site];
      const std::size_t a = at.accelerators[change.node];
      const std::size_t o = at.owners[change.owner];
      bins.each(change.time, until, [&](std::size_t bin, Seconds overlap) {
        const double part = overlap / bins.length(bin);
        for (std::size_t i = 0; i < fleet::chip_states; ++i) {
          const double count = static_cast<double>(change.chips[i]) * part;
          chips.at({v, bin, s, a, i}) += count;
          owned.at({v, bin, o, i}) += count;
        }
      });
    };
    each_span(
        histories[v].chips, pools(world), world.to,
        [&](const fleet::ChipChange& change) { return pool(world, change); }, add);
  }
  Cube used(
      {"utilisation", "busy share of the chips that have power; none where there are none", "1"},
      {variant, time, site, accelerator}, nothing);
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    for (std::size_t bin = 0; bin < bins.size(); ++bin) {
      for (std::size_t s = 0; s < site.size; ++s) {
        for (std::size_t a = 0; a < accelerator.size; ++a) {
          const double busy = chips.at({v, bin, s, a, index(fleet::ChipState::busy)});
          const double ready = busy + chips.at({v, bin, s, a, index(fleet::ChipState::powered)});
          if (ready > 0) used.at({v, bin, s, a}) = busy / ready;
        }
      }
    }
  }
  dataset.variables.push_back(std::move(chips).variable());
  dataset.variables.push_back(std::move(owned).variable());
  dataset.variables.push_back(std::move(used).variable());
}

}  // namespace trainyard::measure
