#include <limits>

#include "measure/column.hpp"
#include "measure/cube.hpp"
#include "measure/long_tables.hpp"

namespace trainyard::measure {
namespace {

constexpr const char* axis = "workload_job";
constexpr const char* moment = "seconds since 1970-01-01 00:00:00";
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

struct Row {
  const fleet::World* world;
  const fleet::Job* job;
  const fleet::JobResult* result;
  const fleet::Allocation* last;  // none: never started
};

std::vector<Row> rows_of(const Fleets& fleets) {
  std::vector<Row> rows;
  for (std::size_t v = 0; v < fleets.worlds.size(); ++v) {
    const fleet::World& world = fleets.worlds[v];
    for (std::size_t j = 0; j < world.jobs.size(); ++j) {
      if (world.jobs[j].workload == fleet::none) continue;
      rows.push_back(
          {&world, &world.jobs[j], &fleets.histories[v].jobs[j], fleets.sums[v][j].last});
    }
  }
  return rows;
}

std::string site(const Row& row) {
  if (row.last == nullptr) return "";
  return row.world->sites[row.job->options[row.last->option].site].place.name;
}

std::string accelerator(const Row& row) {
  if (row.last == nullptr) return "";
  return row.world->nodes[row.job->options[row.last->option].node].accelerator.name;
}

std::int64_t chips(const Row& row) {
  if (row.last != nullptr) return row.last->chips;
  return row.job->gangs.empty() ? 0 : row.job->gangs.front();
}

double or_nothing(const std::optional<Instant>& instant) {
  return instant ? instant->value() : nothing;
}

void add_texts(const std::vector<Row>& rows, Dataset& dataset) {
  const auto text = [&](const char* name, const char* description,
                        std::string (*value)(const Row&)) {
    dataset.variables.push_back(column<std::string>(axis, name, description, "", rows, value));
  };
  text("workload_job_variant", "variant", [](const Row& row) { return row.world->variant; });
  text("workload_job_name", "job", [](const Row& row) { return row.job->name; });
  text("workload_job_workload", "workload that it came from",
       [](const Row& row) { return row.world->workloads[row.job->workload].name; });
  text("workload_job_owner", "owner of the job",
       [](const Row& row) { return row.world->owners[row.job->owner]; });
  text("workload_job_site", "site where it ran last; empty: never started", site);
  text("workload_job_accelerator", "kind of accelerator it ran on last; empty: never started",
       accelerator);
}

void add_numbers(const std::vector<Row>& rows, Dataset& dataset) {
  const auto real = [&](const char* name, const char* description, const char* unit,
                        double (*value)(const Row&)) {
    dataset.variables.push_back(column<double>(axis, name, description, unit, rows, value));
  };
  const auto count = [&](const char* name, const char* description,
                         std::int64_t (*value)(const Row&)) {
    dataset.variables.push_back(column<std::int64_t>(axis, name, description, "1", rows, value));
  };
  real("workload_job_submitted", "could have started; none: not within the horizon", moment,
       [](const Row& row) {
         return was_submitted(*row.world, *row.result) ? row.result->submitted.value() : nothing;
       });
  real("workload_job_started", "first start; none: never", moment,
       [](const Row& row) { return or_nothing(row.result->started); });
  real("workload_job_finished", "done; none: not within the horizon", moment,
       [](const Row& row) { return or_nothing(row.result->finished); });
  count("workload_job_chips", "accelerators it had last, or asked for", chips);
  real("workload_job_queued", "time waiting for chips", "s",
       [](const Row& row) { return row.result->queued.value(); });
  count("workload_job_interruptions", "times that a failure stopped it",
        [](const Row& row) { return row.result->interruptions; });
  count("workload_job_preemptions", "times that another job took its chips",
        [](const Row& row) { return row.result->preemptions; });
}

}  // namespace

void add_workloads(const Fleets& fleets, const Names& names, Dataset& dataset) {
  const std::vector<std::string>& all = names.workloads.all();
  dataset.axes.push_back({"workload", all.size()});
  dataset.variables.push_back({.name = "workload",
                               .description = "where jobs come from that are not named one by one",
                               .dimensions = {"workload"},
                               .values = all});
  std::vector<std::string> sources(fleets.worlds.size() * all.size());
  Cube left_out({"workload_left_out", "rows of its trace that were not taken", "1"},
                {{"variant", fleets.worlds.size()}, {"workload", all.size()}});
  for (std::size_t v = 0; v < fleets.worlds.size(); ++v) {
    for (const fleet::Workload& workload : fleets.worlds[v].workloads) {
      const std::size_t at = names.workloads.index(workload.name);
      sources[v * all.size() + at] = workload.source;
      left_out.at({v, at}) = static_cast<double>(workload.left_out);
    }
  }
  dataset.variables.push_back({.name = "workload_source",
                               .description = "its trace or its process",
                               .dimensions = {"variant", "workload"},
                               .values = std::move(sources)});
  dataset.variables.push_back(std::move(left_out).variable());
  const std::vector<Row> rows = rows_of(fleets);
  dataset.axes.push_back({axis, rows.size()});
  add_texts(rows, dataset);
  add_numbers(rows, dataset);
}

}  // namespace trainyard::measure
