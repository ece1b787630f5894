#include "measure/failures.hpp"

#include "measure/cube.hpp"
#include "measure/held.hpp"

namespace trainyard::measure {
namespace {

using Worlds = std::span<const fleet::World>;
using Histories = std::span<const fleet::History>;

Variable component_of_causes(Worlds worlds, const Names& names) {
  std::vector<std::string> values(names.causes.size());
  for (const fleet::World& world : worlds) {
    for (const fleet::Cause& cause : world.failures.causes) {
      values[names.causes.index(cause.name)] = cause.component;
    }
  }
  return {.name = "cause_component",
          .description = "class of the cause",
          .dimensions = {"cause"},
          .values = std::move(values)};
}

// Calls visit(cause, chip time) for what failures took. What they took of earlier allocations
// counts with them where these had ended for another rate or size.
template <class Visit>
void add_lost(const fleet::World& world, const fleet::History& history, Visit visit) {
  std::vector<std::size_t> taker(world.jobs.size(), fleet::none);  // cause, of later allocations
  const std::vector<Held> all = held(world, history);
  for (auto one = all.rbegin(); one != all.rend(); ++one) {
    const fleet::Allocation& allocation = *one->allocation;
    std::size_t& cause = taker[allocation.job];
    const bool went_on =
        allocation.ending == fleet::Ending::clock || allocation.ending == fleet::Ending::resized;
    if (!went_on) cause = allocation.cause;
    const Seconds gone = allocation.lost + allocation.unnoticed;
    if (cause != fleet::none) visit(cause, one->working() * gone.value());
  }
}

}  // namespace

void add_failures(Worlds worlds, Histories histories, const Bins& bins, const Names& names,
                  Dataset& dataset) {
  const Axis variant{"variant", worlds.size()};
  const std::vector<Axis> over_time{
      variant, {"time", bins.size()}, {"component", names.components.size()}};
  const std::vector<Axis> by_cause{variant, {"cause", names.causes.size()}};
  Cube all({"breakdowns", "events of causes in the bin, whether they hit a job or not", "1"},
           over_time);
  Cube hits({"interruptions", "events of causes in the bin that hit a job", "1"}, over_time);
  Cube events({"cause_events", "events of the cause", "1"}, by_cause);
  Cube interruptions({"cause_interruptions", "of these, such that hit a job", "1"}, by_cause);
  Cube lost({"cause_lost", "chip time of work lost by the cause, and until it was noticed", "s"},
            by_cause);
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    const Places& at = names.places[v];
    for (const fleet::Breakdown& one : histories[v].breakdowns) {
      if (one.time < worlds[v].from || one.time >= worlds[v].to) continue;
      const double hit = one.job == fleet::none ? 0 : 1;
      const std::size_t bin = bins.bin_of(one.time);
      all.at({v, bin, at.components[one.cause]}) += 1;
      hits.at({v, bin, at.components[one.cause]}) += hit;
      events.at({v, at.causes[one.cause]}) += 1;
      interruptions.at({v, at.causes[one.cause]}) += hit;
    }
    add_lost(worlds[v], histories[v], [&](std::size_t cause, double time) {
      lost.at({v, at.causes[cause]}) += time;
    });
  }
  for (Cube* cube : {&all, &hits, &events, &interruptions, &lost}) {
    dataset.variables.push_back(std::move(*cube).variable());
  }
  dataset.variables.push_back(component_of_causes(worlds, names));
}

}  // namespace trainyard::measure
