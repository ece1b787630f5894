#include "measure/fleet_tables.hpp"

#include "base/check.hpp"
#include "measure/bins.hpp"
#include "measure/job_tables.hpp"
#include "measure/names.hpp"
#include "measure/over_time.hpp"
#include "measure/step_table.hpp"

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
  add_coordinate("job", "job", names.jobs.all(), dataset);
  add_coordinate("state", "where a chip that has arrived is: exactly one of these",
                 {fleet::chip_state_names.begin(), fleet::chip_state_names.end()}, dataset);
}

// A scenario without variants has no variant axis: it was the outermost one, of size one.
void drop_variant_axis(Dataset& dataset) {
  std::erase_if(dataset.axes, [](const Axis& axis) { return axis.name == "variant"; });
  std::erase_if(dataset.variables, [](const Variable& variable) {
    return variable.name == "variant" || variable.name == "allocation_variant" ||
           variable.name == "step_variant";
  });
  for (Variable& variable : dataset.variables) {
    if (!variable.dimensions.empty() && variable.dimensions.front() == "variant") {
      variable.dimensions.erase(variable.dimensions.begin());
    }
  }
}

std::vector<StepRow> step_rows(std::span<const fleet::World> worlds,
                               std::span<const fleet::History> histories, const Judge& judge) {
  std::vector<StepRow> rows;
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    for (const fleet::StepUse& use : histories[v].answers) {
      const fleet::Job& job = worlds[v].jobs[use.job];
      const hardware::Node& node = worlds[v].nodes[job.node];
      rows.push_back({worlds[v].variant, job.name, node.accelerator.name,
                      use.nodes * node.accelerators, use.answer});
      judge(job, rows.back());
    }
  }
  return rows;
}

}  // namespace

Dataset fleet_tables(std::span<const fleet::World> worlds,
                     std::span<const fleet::History> histories, const Judge& judge) {
  EXPECT(!worlds.empty() && worlds.size() == histories.size());
  const Bins bins(worlds.front().from, worlds.front().to, worlds.front().bin);
  const Names axes = names(worlds);
  Dataset dataset;
  add_axes(bins, axes, dataset);
  add_throughput(worlds, histories, bins, axes, dataset);
  add_chips(worlds, histories, bins, axes, dataset);
  add_power(worlds, histories, bins, axes, dataset);
  add_jobs(worlds, histories, axes, dataset);
  add_allocations(worlds, histories, dataset);
  add_steps(step_rows(worlds, histories, judge), dataset);
  if (worlds.size() == 1 && worlds.front().variant.empty()) drop_variant_axis(dataset);
  return dataset;
}

}  // namespace trainyard::measure
