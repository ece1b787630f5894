#include "measure/cube.hpp"
#include "measure/held.hpp"
#include "measure/over_time.hpp"

namespace trainyard::measure {
namespace {

constexpr const char* per_second = "s-1";

// The three measures of one table, e.g. by site and accelerator.
struct Rates {
  Cube work;
  Cube tokens;
  Cube samples;

  Rates(const std::string& prefix, const std::string& what, const std::vector<Axis>& axes)
      : work({prefix + "model_flop_rate", "model FLOP per second" + what, per_second}, axes),
        tokens({prefix + "tokens_per_second", "tokens trained per second" + what, per_second},
               axes),
        samples({prefix + "samples_per_second",
                 "samples (clips, sequences) trained per second" + what, per_second},
                axes) {}

  void add(std::initializer_list<std::size_t> at, const step::Answer& answer, double part) {
    const double steps = part / answer.duration.value();
    work.at(at) += answer.model_work.value() * steps;
    tokens.at(at) += answer.tokens * steps;
    samples.at(at) += answer.samples * steps;
  }

  void append(Dataset& dataset) && {
    dataset.variables.push_back(std::move(work).variable());
    dataset.variables.push_back(std::move(tokens).variable());
    dataset.variables.push_back(std::move(samples).variable());
  }
};

}  // namespace

void add_throughput(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
                    const Bins& bins, const Names& names, Dataset& dataset) {
  const Axis variant{"variant", worlds.size()};
  const Axis time{"time", bins.size()};
  const std::vector<Axis> place_axes{
      variant, time, {"site", names.sites.size()}, {"accelerator", names.accelerators.size()}};
  Rates place("", ", mean over the bin", place_axes);
  Rates kept("goodput_", " and kept, mean over the bin", place_axes);
  Rates owner("owner_", " by the owner's jobs, mean over the bin",
              {variant, time, {"owner", names.owners.size()}});
  Rates jobs("job_", " by the job, mean over the bin", {variant, time, {"job", names.jobs.size()}});
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    const Places& at = names.places[v];
    for (const Held& one : held(worlds[v], histories[v])) {
      const step::Answer* answer = one.answer();
      const Instant begin = one.allocation->computing;
      const Instant end = one.work_ends();
      if (answer == nullptr || end <= begin) continue;
      const double productive = one.allocation->productive / (end - begin);
      const double lasting = one.kept() / (end - begin);
      const std::size_t s = at.sites[one.option().site];
      const std::size_t a = at.accelerators[one.option().node];
      const std::size_t o = at.owners[one.job().owner];
      const std::size_t j = at.jobs[one.allocation->job];
      bins.each(begin, end, [&](std::size_t bin, Seconds overlap) {
        const double part = overlap / bins.length(bin);
        place.add({v, bin, s, a}, *answer, part * productive);
        kept.add({v, bin, s, a}, *answer, part * lasting);
        owner.add({v, bin, o}, *answer, part * productive);
        if (j != fleet::none) jobs.add({v, bin, j}, *answer, part * productive);
      });
    }
  }
  std::move(place).append(dataset);
  std::move(kept).append(dataset);
  std::move(owner).append(dataset);
  std::move(jobs).append(dataset);
}

}  // namespace trainyard::measure
