#include "measure/money.hpp"

#include <limits>

#include "measure/accounts.hpp"
#include "measure/cube.hpp"
#include "measure/held.hpp"
#include "measure/streams.hpp"

namespace trainyard::measure {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

struct Axes {
  Axis variant;
  Axis time;
  Axis owner;
  Axis user;
  Axis job;
  Axis kind{"cost_kind", cost_kinds};
};

void append(std::vector<Cube> cubes, Dataset& dataset) {
  for (Cube& cube : cubes) dataset.variables.push_back(std::move(cube).variable());
}

// By owner of the chips; returns the accounts of the variants.
std::vector<Accounts> add_costs(std::span<const fleet::World> worlds,
                                std::span<const fleet::History> histories, const Bins& bins,
                                const Names& names, const Axes& axes, Dataset& dataset) {
  Cube cost({"cost", "cost of the owner's chips in the bin, idle ones included", "USD"},
            {axes.variant, axes.time, axes.owner, axes.kind});
  Cube total({"owner_cost", "the same over the horizon, all kinds", "USD"},
             {axes.variant, axes.owner});
  Cube idle({"idle_cost", "cost of chips while no job computed on them", "USD"},
            {axes.variant, axes.owner, axes.kind});
  Cube capital({"idle_capital", "amortisation of chips while no job computed on them", "USD"},
               {axes.variant, axes.owner});
  Cube ready({"ready_chip_time", "chip-seconds of the owner's chips that had power and work", "s"},
             {axes.variant, axes.owner});
  std::vector<Accounts> all;
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    const Places& at = names.places[v];
    all.push_back(accounts(worlds[v], histories[v], bins, [&](const CostSpan& span) {
      for (std::size_t k = 0; k < cost_kinds; ++k) {
        cost.at({v, span.bin, at.owners[span.owner], k}) += span.all[k];
      }
    }));
    for (std::size_t o = 0; o < worlds[v].owners.size(); ++o) {
      const OwnerAccount& owner = all.back().owners[o];
      total.at({v, at.owners[o]}) = sum(owner.all);
      for (std::size_t k = 0; k < cost_kinds; ++k) {
        idle.at({v, at.owners[o], k}) = owner.idle[k];
      }
      capital.at({v, at.owners[o]}) = owner.idle[static_cast<std::size_t>(CostKind::capex)];
      ready.at({v, at.owners[o]}) = owner.ready_time;
    }
  }
  append({std::move(cost), std::move(total), std::move(idle), std::move(capital), std::move(ready)},
         dataset);
  return all;
}

// By owner of the chips and owner of the jobs: what is lent, and what is borrowed.
void add_ledger(std::span<const fleet::World> worlds, std::span<const Accounts> accounts,
                const Names& names, const Axes& axes, Dataset& dataset) {
  Cube time(
      {"used_chip_time", "chip-seconds of the owner's chips that jobs of the user kept busy", "s"},
      {axes.variant, axes.owner, axes.user});
  Cube cost({"used_cost", "what these cost", "USD"},
            {axes.variant, axes.owner, axes.user, axes.kind});
  Cube by_job({"job_chip_time", "chip-seconds of the owner's chips that the job kept busy", "s"},
              {axes.variant, axes.job, axes.owner});
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    const Places& at = names.places[v];
    for (const Use& use : accounts[v].uses) {
      const std::size_t owner = at.owners[use.owner];
      const std::size_t user = at.owners[worlds[v].jobs[use.job].owner];
      time.at({v, owner, user}) += use.chip_time;
      for (std::size_t k = 0; k < cost_kinds; ++k) cost.at({v, owner, user, k}) += use.costs[k];
      if (at.jobs[use.job] != fleet::none) {
        by_job.at({v, at.jobs[use.job], owner}) += use.chip_time;
      }
    }
  }
  append({std::move(time), std::move(cost), std::move(by_job)}, dataset);
}

// Steps done and kept by each job.
std::vector<double> kept_steps(const fleet::World& world, const fleet::History& history) {
  std::vector<double> steps(world.jobs.size());
  for (const Held& one : held(world, history)) {
    if (one.answer() != nullptr) steps[one.allocation->job] += one.kept() / one.answer()->duration;
  }
  return steps;
}

// What the owners' idle chips cost is laid on the jobs that used their others, in proportion to
// what these cost.
std::vector<double> with_idle(const fleet::World& world, const Accounts& accounts) {
  std::vector<double> used(world.owners.size());
  for (const Use& use : accounts.uses) used[use.owner] += sum(use.costs);
  std::vector<double> costs(world.jobs.size());
  for (const Use& use : accounts.uses) {
    if (used[use.owner] <= 0) continue;
    costs[use.job] += sum(accounts.owners[use.owner].all) * sum(use.costs) / used[use.owner];
  }
  return costs;
}

void add_job_costs(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
                   std::span<const Accounts> accounts, const Names& names, const Axes& axes,
                   Dataset& dataset) {
  const std::vector<Axis> jobs{axes.variant, axes.job};
  Cube cost({"job_cost", "cost of the chips that the job kept busy", "USD"},
            {axes.variant, axes.job, axes.kind});
  Cube loaded({"job_cost_with_idle", "the same with its part of what idle chips cost", "USD"}, jobs,
              nothing);
  std::vector<Cube> per;
  for (const char* unit : {"sample", "token", "step"}) {
    const std::string what = std::string("job_cost per ") + unit + " trained and kept; none: none";
    per.push_back(Cube({std::string("job_cost_per_") + unit, what, "USD"}, jobs, nothing));
    per.push_back(Cube({std::string("job_cost_per_") + unit + "_with_idle",
                        "the same of job_cost_with_idle", "USD"},
                       jobs, nothing));
  }
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    const fleet::World& world = worlds[v];
    const Places& at = names.places[v];
    const std::vector<double> steps = kept_steps(world, histories[v]);
    const std::vector<double> with = with_idle(world, accounts[v]);
    std::vector<Costs> costs(world.jobs.size(), Costs{});
    for (const Use& use : accounts[v].uses) costs[use.job] = costs[use.job] + use.costs;
    for (std::size_t j = 0; j < world.jobs.size(); ++j) {
      if (at.jobs[j] == fleet::none) continue;
      for (std::size_t k = 0; k < cost_kinds; ++k) cost.at({v, at.jobs[j], k}) = costs[j][k];
      loaded.at({v, at.jobs[j]}) = with[j];
      const double samples = world.jobs[j].model.empty() ? 0 : histories[v].jobs[j].samples;
      const std::array amounts{samples, samples * world.jobs[j].tokens_per_sample, steps[j]};
      for (std::size_t i = 0; i < amounts.size(); ++i) {
        if (amounts[i] <= 0) continue;
        per[2 * i].at({v, at.jobs[j]}) = sum(costs[j]) / amounts[i];
        per[2 * i + 1].at({v, at.jobs[j]}) = with[j] / amounts[i];
      }
    }
  }
  append({std::move(cost), std::move(loaded)}, dataset);
  append(std::move(per), dataset);
}

void add_coordinate(const char* name, const char* description, std::vector<std::string> values,
                    Dataset& dataset) {
  dataset.axes.push_back({name, values.size()});
  dataset.variables.push_back({.name = name,
                               .description = description,
                               .dimensions = {name},
                               .values = std::move(values)});
}

}  // namespace

void add_money(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
               const Bins& bins, const Names& names, std::span<const Marginal> marginals,
               Dataset& dataset) {
  add_coordinate("cost_kind", "what is paid for", {cost_kind_names.begin(), cost_kind_names.end()},
                 dataset);
  add_coordinate("user", "owner of jobs", names.owners.all(), dataset);
  const Axes axes{.variant = {"variant", worlds.size()},
                  .time = {"time", bins.size()},
                  .owner = {"owner", names.owners.size()},
                  .user = {"user", names.owners.size()},
                  .job = {"job", names.jobs.size()}};
  const std::vector<Accounts> accounts = add_costs(worlds, histories, bins, names, axes, dataset);
  add_ledger(worlds, accounts, names, axes, dataset);
  add_job_costs(worlds, histories, accounts, names, axes, dataset);
  add_streams(worlds, histories, accounts, bins, names, marginals, dataset);
}

}  // namespace trainyard::measure
