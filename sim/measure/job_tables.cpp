#include "measure/job_tables.hpp"

#include <limits>

#include "measure/cube.hpp"

namespace trainyard::measure {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr const char* moment = "seconds since 1970-01-01 00:00:00";

// A job with all that is known of it.
struct One {
  const fleet::World& world;
  const fleet::Job& job;
  const fleet::JobResult& result;
  const JobSums& sums;

  // Where it ran last, or would rather run.
  [[nodiscard]] const fleet::Option& option() const {
    return job.options[sums.last == nullptr ? 0 : sums.last->option];
  }
};

// The named jobs of all variants, and where they stand.
struct Placed {
  std::size_t variant = 0;
  std::size_t at = 0;  // on the axis of jobs
  One one;
};

std::vector<Placed> placed_jobs(const Fleets& fleets, const Names& names) {
  std::vector<Placed> all;
  for (std::size_t v = 0; v < fleets.worlds.size(); ++v) {
    const fleet::World& world = fleets.worlds[v];
    const Places& at = names.places[v];
    for (std::size_t j = 0; j < world.jobs.size(); ++j) {
      if (at.jobs[j] == fleet::none) continue;
      all.push_back(
          {v, at.jobs[j], {world, world.jobs[j], fleets.histories[v].jobs[j], fleets.sums[v][j]}});
    }
  }
  return all;
}

struct TextRow {
  const char* name;
  const char* description;
  std::string (*value)(const One&);
};

constexpr TextRow texts[]{
    {"job_owner", "owner of the job",
     [](const One& one) { return one.world.owners[one.job.owner]; }},
    {"job_model", "model trained; empty: a job of known duration",
     [](const One& one) { return one.job.model; }},
    {"job_site", "site where it ran last, or which it prefers",
     [](const One& one) { return one.world.sites[one.option().site].place.name; }},
    {"job_node", "kind of node on which it ran last, or which it prefers",
     [](const One& one) { return one.world.nodes[one.option().node].name; }},
};

struct NumberRow {
  const char* name;
  const char* description;
  const char* unit;
  double (*value)(const One&);
};

double or_nothing(const std::optional<Instant>& instant) {
  return instant ? instant->value() : nothing;
}

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : nothing;
}

constexpr NumberRow moments[]{
    {"job_submitted",
     "could have started: its date, and all it waits for; none: not within the "
     "horizon",
     moment,
     [](const One& one) {
       return was_submitted(one.world, one.result) ? one.result.submitted.value() : nothing;
     }},
    {"job_started", "first start; none: never", moment,
     [](const One& one) { return or_nothing(one.result.started); }},
    {"job_finished", "target reached; none: not within the horizon", moment,
     [](const One& one) { return or_nothing(one.result.finished); }},
};

constexpr NumberRow work[]{
    {"job_target_samples", "samples asked for; none: runs to the end", "1",
     [](const One& one) { return one.job.target_samples.value_or(nothing); }},
    {"job_samples", "samples trained and kept", "1",
     [](const One& one) { return one.result.samples; }},
    {"job_lost_samples", "samples trained and lost when its chips were lost", "1",
     [](const One& one) { return one.result.lost_samples; }},
    {"job_tokens_per_sample", "tokens of a sample; 0 for models that count samples", "1",
     [](const One& one) { return one.job.tokens_per_sample; }},
    {"job_rate_low",
     "8 of 10 measured steps of the like make it train from this much of what is "
     "told; none: nothing was measured",
     "1", [](const One& one) { return one.sums.low; }},
    {"job_rate_high", "to here", "1", [](const One& one) { return one.sums.high; }},
};

constexpr NumberRow reliability[]{
    {"job_queued", "time waiting for chips", "s",
     [](const One& one) { return one.result.queued.value(); }},
    {"job_productive", "time of training whose work was kept", "s",
     [](const One& one) { return one.sums.kept.value(); }},
    {"job_interruptions", "times that a failure stopped it", "1",
     [](const One& one) { return static_cast<double>(one.result.interruptions); }},
    {"job_preemptions", "times that another job took its chips", "1",
     [](const One& one) { return static_cast<double>(one.result.preemptions); }},
    {"job_mean_time_to_interrupt", "time on chips over interruptions; none: there were none", "s",
     [](const One& one) {
       return ratio(one.sums.held.value(), static_cast<double>(one.result.interruptions));
     }},
    {"job_checkpoints", "checkpoints completed", "1",
     [](const One& one) { return one.sums.checkpoints; }},
};

// Effective training time ratio: Kokolis et al., arXiv 2410.21680. Goodput and its three
// factors: ML Productivity Goodput, arXiv 2502.06982.
constexpr NumberRow ratios[]{
    {"job_ettr", "effective training time ratio: productive over wall time since the first start",
     "1",
     [](const One& one) {
       return ratio(one.sums.kept.value(), wall_time(one.world, one.result).value());
     }},
    {"job_scheduling_goodput", "time on chips over time since it could have started", "1",
     [](const One& one) {
       return ratio(one.sums.held.value(), wanted_time(one.world, one.result).value());
     }},
    {"job_runtime_goodput", "productive chip time over chip time held", "1",
     [](const One& one) { return ratio(one.sums.kept_chip_time, one.sums.chip_time); }},
    {"job_program_goodput", "time of its kept work at the dense peak over productive chip time",
     "1", [](const One& one) { return ratio(one.sums.ideal_chip_time, one.sums.kept_chip_time); }},
    {"job_goodput", "product of the scheduling, the runtime and the program goodput", "1",
     [](const One& one) {
       return ratio(one.sums.held.value(), wanted_time(one.world, one.result).value()) *
              ratio(one.sums.ideal_chip_time, one.sums.chip_time);
     }},
};

Variable text(const TextRow& row, const std::vector<Placed>& jobs, std::size_t variants,
              std::size_t size) {
  std::vector<std::string> values(variants * size);
  for (const Placed& job : jobs) values[job.variant * size + job.at] = row.value(job.one);
  return {.name = row.name,
          .description = row.description,
          .dimensions = {"variant", "job"},
          .values = std::move(values)};
}

Variable number(const NumberRow& row, const std::vector<Placed>& jobs, std::size_t variants,
                std::size_t size) {
  Cube cube({row.name, row.description, row.unit}, {{"variant", variants}, {"job", size}}, nothing);
  for (const Placed& job : jobs) cube.at({job.variant, job.at}) = row.value(job.one);
  return std::move(cube).variable();
}

}  // namespace

void add_jobs(const Fleets& fleets, const Names& names, Dataset& dataset) {
  const std::vector<Placed> jobs = placed_jobs(fleets, names);
  const std::size_t variants = fleets.worlds.size();
  for (const TextRow& row : texts) {
    dataset.variables.push_back(text(row, jobs, variants, names.jobs.size()));
  }
  const std::span<const NumberRow> groups[]{moments, work, reliability, ratios};
  for (const auto& group : groups) {
    for (const NumberRow& row : group) {
      dataset.variables.push_back(number(row, jobs, variants, names.jobs.size()));
    }
  }
}

}  // namespace trainyard::measure
