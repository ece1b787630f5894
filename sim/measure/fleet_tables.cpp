#include "measure/fleet_tables.hpp"

#include "base/check.hpp"
#include "measure/bins.hpp"
#include "measure/failures.hpp"
#include "measure/fleet_totals.hpp"
#include "measure/horizon_totals.hpp"
#include "measure/job_tables.hpp"
#include "measure/long_tables.hpp"
#include "measure/money.hpp"
#include "measure/names.hpp"
#include "measure/over_time.hpp"
#include "measure/step_table.hpp"
#include "measure/waste.hpp"

namespace trainyard::measure {
namespace {

void add_coordinate(const std::string& name, const std::string& description,
                    std::vector<std::string> values, Dataset& dataset) {
  dataset.axes.push_back({name, values.size()});
  dataset.variables.push_back({.name = name,
                               .description = description,
                               .dimensions = {name},
                               .values = std::move(values)});
}

void add_time(const Bins& bins, Dataset& dataset) {
  std::vector<std::int64_t> starts;
  std::vector<double> lengths;
  for (std::size_t bin = 0; bin < bins.size(); ++bin) {
    starts.push_back(static_cast<std::int64_t>(bins.start(bin).value()));
    lengths.push_back(bins.length(bin).value());
  }
  dataset.axes.push_back({"time", bins.size()});
  dataset.variables.push_back({.name = "time",
                               .description = "start of the bin, UTC",
                               .unit = "seconds since 1970-01-01 00:00:00",
                               .dimensions = {"time"},
                               .values = std::move(starts)});
  dataset.variables.push_back({.name = "bin_length",
                               .description = "length of the bin; the last may be shorter",
                               .unit = "s",
                               .dimensions = {"time"},
                               .values = std::move(lengths)});
}

void add_axes(const Bins& bins, const Names& names, Dataset& dataset) {
  add_coordinate("variant", "variant of the scenario", names.variants.all(), dataset);
  add_time(bins, dataset);
  add_coordinate("site", "site", names.sites.all(), dataset);
  add_coordinate("accelerator", "kind of accelerator", names.accelerators.all(), dataset);
  add_coordinate("owner", "owner of chips and jobs", names.owners.all(), dataset);
  add_coordinate("job", "job, those of workloads left out", names.jobs.all(), dataset);
  add_coordinate("state", "where a chip is: exactly one of these",
                 {fleet::chip_state_names.begin(), fleet::chip_state_names.end()}, dataset);
  add_coordinate("use", "what the time of a chip that has arrived goes to: exactly one of these",
                 {use_names.begin(), use_names.end()}, dataset);
  add_coordinate("link", "link between sites", names.links.all(), dataset);
  add_coordinate("cause", "what breaks", names.causes.all(), dataset);
  add_coordinate("component", "class of what breaks", names.components.all(), dataset);
}

// A scenario without variants has no variant axis: it was the outermost one, of size one.
void drop_variant_axis(Dataset& dataset) {
  std::erase_if(dataset.axes, [](const Axis& axis) { return axis.name == "variant"; });
  std::erase_if(dataset.variables, [](const Variable& variable) {
    return variable.name == "variant" || variable.name.ends_with("_variant");
  });
  for (Variable& variable : dataset.variables) {
    if (!variable.dimensions.empty() && variable.dimensions.front() == "variant") {
      variable.dimensions.erase(variable.dimensions.begin());
    }
  }
}

// Shape [variants][answers of the history].
std::vector<std::vector<StepRow>> step_rows(std::span<const fleet::World> worlds,
                                            std::span<const fleet::History> histories,
                                            const Judge& judge) {
  std::vector<std::vector<StepRow>> rows(worlds.size());
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    for (const fleet::StepUse& use : histories[v].answers) {
      const fleet::Job& job = worlds[v].jobs[use.job];
      const fleet::Option& option = job.options[use.option];
      const hardware::Node& node = worlds[v].nodes[option.node];
      rows[v].push_back({.variant = worlds[v].variant,
                         .job = job.name,
                         .accelerator = node.accelerator.name,
                         .chips = use.nodes * node.accelerators,
                         .answer = use.answer,
                         .clock = use.clock,
                         .slowest = use.slowest});
      judge(job, option, rows[v].back());
    }
  }
  return rows;
}

void add_steps_of_all(const std::vector<std::vector<StepRow>>& rows, Dataset& dataset) {
  std::vector<StepRow> all;
  for (const std::vector<StepRow>& of_variant : rows) {
    all.insert(all.end(), of_variant.begin(), of_variant.end());
  }
  add_steps(all, dataset);
}

}  // namespace

Dataset fleet_tables(std::span<const fleet::World> worlds,
                     std::span<const fleet::History> histories, const Judge& judge,
                     std::span<const Marginal> marginals) {
  EXPECT(!worlds.empty() && worlds.size() == histories.size());
  const Bins bins(worlds.front().from, worlds.front().to, worlds.front().bin);
  const Names axes = names(worlds);
  Dataset dataset;
  add_axes(bins, axes, dataset);
  add_throughput(worlds, histories, bins, axes, dataset);
  add_chips(worlds, histories, bins, axes, dataset);
  add_power(worlds, histories, bins, axes, dataset);
  add_stores(worlds, histories, bins, axes, dataset);
  add_links(worlds, histories, bins, axes, dataset);
  add_failures(worlds, histories, bins, axes, dataset);
  std::vector<std::vector<Waste>> wastes;
  for (std::size_t v = 0; v < worlds.size(); ++v) wastes.push_back(waste(worlds[v], histories[v]));
  add_waste(worlds, wastes, axes, dataset);
  add_money(worlds, histories, bins, axes, marginals, dataset);
  add_horizon_totals(dataset);
  const std::vector<std::vector<StepRow>> steps = step_rows(worlds, histories, judge);
  std::vector<std::vector<JobSums>> sums;
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    sums.push_back(job_sums(worlds[v], histories[v], steps[v]));
  }
  const Fleets fleets{worlds, histories, sums};
  add_fleet_totals(fleets, wastes, dataset);
  add_jobs(fleets, axes, dataset);
  add_allocations(worlds, histories, dataset);
  add_workloads(fleets, axes, dataset);
  add_transfers(worlds, histories, dataset);
  add_steps_of_all(steps, dataset);
  if (worlds.size() == 1 && worlds.front().variant.empty()) drop_variant_axis(dataset);
  return dataset;
}

}  // namespace trainyard::measure
