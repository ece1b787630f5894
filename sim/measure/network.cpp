#include "measure/cube.hpp"
#include "measure/over_time.hpp"
#include "measure/spans.hpp"

namespace trainyard::measure {

void add_stores(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
                const Bins& bins, const Names& names, Dataset& dataset) {
  const std::vector<Axis> axes{
      {"variant", worlds.size()}, {"time", bins.size()}, {"site", names.sites.size()}};
  Cube load({"store_load", "busy share of the checkpoint store, mean over the bin", "1"}, axes);
  Cube written(
      {"store_written", "bytes of checkpoints written a second, mean over the bin", "byte s-1"},
      axes);
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    const Places& at = names.places[v];
    const auto add = [&](const fleet::StoreChange& change, Instant until) {
      bins.each(change.time, until, [&](std::size_t bin, Seconds overlap) {
        const double part = overlap / bins.length(bin);
        load.at({v, bin, at.sites[change.site]}) += change.load * part;
        written.at({v, bin, at.sites[change.site]}) += change.written.value() * part;
      });
    };
    each_span(
        histories[v].stores, worlds[v].sites.size(), worlds[v].to,
        [](const fleet::StoreChange& change) { return change.site; }, add);
  }
  dataset.variables.push_back(std::move(load).variable());
  dataset.variables.push_back(std::move(written).variable());
}

void add_links(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
               const Bins& bins, const Names& names, Dataset& dataset) {
  const std::vector<Axis> axes{
      {"variant", worlds.size()}, {"time", bins.size()}, {"link", names.links.size()}};
  Cube used({"wan_used", "bytes a second over the link, both ways, mean over the bin", "byte s-1"},
            axes);
  Cube up({"wan_up", "share of the bin in which the link was up", "1"}, axes, 1);
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    const Places& at = names.places[v];
    const auto add = [&](const fleet::LinkChange& change, Instant until) {
      bins.each(change.time, until, [&](std::size_t bin, Seconds overlap) {
        const double part = overlap / bins.length(bin);
        used.at({v, bin, at.links[change.link]}) += change.used.value() * part;
        if (!change.up) up.at({v, bin, at.links[change.link]}) -= part;
      });
    };
    each_span(
        histories[v].links, worlds[v].wan.size(), worlds[v].to,
        [](const fleet::LinkChange& change) { return change.link; }, add);
  }
  dataset.variables.push_back(std::move(used).variable());
  dataset.variables.push_back(std::move(up).variable());
}

}  // namespace trainyard::measure
