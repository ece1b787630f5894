#include "measure/job_tables.hpp"

#include <limits>

#include "measure/column.hpp"
#include "measure/cube.hpp"

namespace trainyard::measure {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr const char* moment = "seconds since 1970-01-01 00:00:00";

double seconds(const std::optional<Instant>& instant) {
  return instant ? instant->value() : nothing;
}

// A text by [variant, job], "" where the variant has no such job.
Variable text_by_job(std::string name, std::string description,
                     std::span<const fleet::World> worlds, const Names& names,
                     std::string (*value)(const fleet::World&, const fleet::Job&)) {
  std::vector<std::string> values(worlds.size() * names.jobs.size());
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    for (const fleet::Job& job : worlds[v].jobs) {
      values[v * names.jobs.size() + names.jobs.index(job.name)] = value(worlds[v], job);
    }
  }
  return {.name = std::move(name),
          .description = std::move(description),
          .dimensions = {"variant", "job"},
          .values = std::move(values)};
}

struct AllocationRow {
  const fleet::World* world;
  const fleet::History* history;
  const fleet::Allocation* allocation;

  [[nodiscard]] const fleet::Job& job() const { return world->jobs[allocation->job]; }
  [[nodiscard]] const step::Answer& answer() const {
    return history->answers[allocation->answer].answer;
  }
};

}  // namespace

void add_jobs(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
              const Names& names, Dataset& dataset) {
  using fleet::Job;
  using fleet::World;
  dataset.variables.push_back(
      text_by_job("job_owner", "owner of the job", worlds, names,
                  [](const World& world, const Job& job) { return world.owners[job.owner]; }));
  dataset.variables.push_back(text_by_job("job_model", "model trained", worlds, names,
                                          [](const World&, const Job& job) { return job.model; }));
  dataset.variables.push_back(text_by_job(
      "job_site", "site it is pinned to", worlds, names,
      [](const World& world, const Job& job) { return world.sites[job.site].place.name; }));
  dataset.variables.push_back(
      text_by_job("job_node", "kind of node it is pinned to", worlds, names,
                  [](const World& world, const Job& job) { return world.nodes[job.node].name; }));

  const std::vector<Axis> axes{{"variant", worlds.size()}, {"job", names.jobs.size()}};
  Cube started({"job_started", "first start; none: never", moment}, axes, nothing);
  Cube finished({"job_finished", "target reached; none: not within the horizon", moment}, axes,
                nothing);
  Cube target({"job_target_samples", "samples asked for; none: runs to the end", "1"}, axes,
              nothing);
  Cube done({"job_samples", "samples trained and kept", "1"}, axes, nothing);
  Cube lost({"job_lost_samples", "samples trained and lost when chips lost power", "1"}, axes,
            nothing);
  Cube size({"job_tokens_per_sample", "tokens of a sample; 0 for models that count samples", "1"},
            axes, nothing);
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    for (std::size_t j = 0; j < worlds[v].jobs.size(); ++j) {
      const Job& job = worlds[v].jobs[j];
      const fleet::JobResult& result = histories[v].jobs[j];
      const std::size_t at = names.jobs.index(job.name);
      started.at({v, at}) = seconds(result.started);
      finished.at({v, at}) = seconds(result.finished);
      target.at({v, at}) = job.target_samples.value_or(nothing);
      done.at({v, at}) = result.samples;
      lost.at({v, at}) = result.lost_samples;
      size.at({v, at}) = job.tokens_per_sample;
    }
  }
  for (Cube* cube : {&started, &finished, &target, &done, &lost, &size}) {
    dataset.variables.push_back(std::move(*cube).variable());
  }
}

void add_allocations(std::span<const fleet::World> worlds,
                     std::span<const fleet::History> histories, Dataset& dataset) {
  std::vector<AllocationRow> rows;
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    for (const fleet::Allocation& allocation : histories[v].allocations) {
      rows.push_back({&worlds[v], &histories[v], &allocation});
    }
  }
  constexpr const char* axis = "allocation";
  dataset.axes.push_back({axis, rows.size()});
  const auto text = [&](const char* name, const char* description,
                        std::string (*value)(const AllocationRow&)) {
    dataset.variables.push_back(column<std::string>(axis, name, description, "", rows, value));
  };
  const auto real = [&](const char* name, const char* description, const char* unit,
                        double (*value)(const AllocationRow&)) {
    dataset.variables.push_back(column<double>(axis, name, description, unit, rows, value));
  };
  const auto count = [&](const char* name, const char* description,
                         std::int64_t (*value)(const AllocationRow&)) {
    dataset.variables.push_back(column<std::int64_t>(axis, name, description, "1", rows, value));
  };
  using Row = AllocationRow;
  text("allocation_variant", "variant", [](const Row& row) { return row.world->variant; });
  text("allocation_job", "job", [](const Row& row) { return row.job().name; });
  text("allocation_site", "site",
       [](const Row& row) { return row.world->sites[row.job().site].place.name; });
  text("allocation_accelerator", "kind of accelerator",
       [](const Row& row) { return row.world->nodes[row.job().node].accelerator.name; });
  real("allocation_start", "chips given to the job", moment,
       [](const Row& row) { return row.allocation->start.value(); });
  real("allocation_computing", "start-up done, steps begin", moment,
       [](const Row& row) { return row.allocation->computing.value(); });
  real("allocation_end", "chips given back, or end of the horizon", moment,
       [](const Row& row) { return row.allocation->end.value(); });
  count("allocation_chips", "accelerators given",
        [](const Row& row) { return row.allocation->chips; });
  count("allocation_left_over", "of these, not usable by the plan",
        [](const Row& row) { return row.allocation->left_over; });
  real("allocation_step_duration", "time of one step", "s",
       [](const Row& row) { return row.answer().duration.value(); });
  real("allocation_model_flop_rate", "model FLOP per second while computing", "s-1",
       [](const Row& row) {
         return row.answer().model_work / row.answer().duration / FlopsPerSecond(1);
       });
}

}  // namespace trainyard::measure
