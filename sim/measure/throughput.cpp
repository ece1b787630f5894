#include "measure/cube.hpp"
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
  Rates place(
      "", ", mean over the bin",
      {variant, time, {"site", names.sites.size()}, {"accelerator", names.accelerators.size()}});
  Rates owner("owner_", " by the owner's jobs, mean over the bin",
              {variant, time, {"owner", names.owners.size()}});
  Rates jobs("job_", " by the job, mean over the bin", {variant, time, {"job", names.jobs.size()}});
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    const fleet::World& world = worlds[v];
    for (const fleet::Allocation& allocation : histories[v].allocations) {
      const fleet::Job& job = world.jobs[allocation.job];
      const step::Answer& answer = histories[v].answers[allocation.answer].answer;
      const std::size_t s = names.sites.index(world.sites[job.site].place.name);
      const std::size_t a = names.accelerators.index(world.nodes[job.node].accelerator.name);
      const std::size_t o = names.owners.index(world.owners[job.owner]);
      const std::size_t j = names.jobs.index(job.name);
      bins.each(allocation.computing, allocation.end, [&](std::size_t bin, Seconds overlap) {
        const double part = overlap / bins.length(bin);
        place.add({v, bin, s, a}, answer, part);
        owner.add({v, bin, o}, answer, part);
        jobs.add({v, bin, j}, answer, part);
      });
    }
  }
  std::move(place).append(dataset);
  std::move(owner).append(dataset);
  std::move(jobs).append(dataset);
}

}  // namespace trainyard::measure
