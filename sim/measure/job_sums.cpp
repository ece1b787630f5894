#include "measure/job_sums.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "measure/held.hpp"

namespace trainyard::measure {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// Share of the dense peak that the work is worth.
double worth(const Held& one) {
  const step::Answer* answer = one.answer();
  if (answer == nullptr || !std::isfinite(answer->mfu)) return unknown;
  return answer->mfu * one.allocation->clock;  // the answer's is of the peak at this clock
}

void add_band(const Held& one, std::span<const StepRow> steps, JobSums& sums) {
  const std::size_t answer = one.allocation->answer;
  const bool measured = answer < steps.size() && !steps[answer].band.family.empty();
  const double kept = one.kept().value();
  sums.low += measured ? kept / steps[answer].band.of.high : kept * unknown;
  sums.high += measured ? kept / steps[answer].band.of.low : kept * unknown;
}

Seconds since(Instant begin, const fleet::World& world, const fleet::JobResult& result) {
  return std::max(Seconds(0), result.finished.value_or(world.to) - begin);
}

}  // namespace

Seconds wall_time(const fleet::World& world, const fleet::JobResult& result) {
  return result.started ? since(*result.started, world, result) : Seconds(0);
}

Seconds wanted_time(const fleet::World& world, const fleet::JobResult& result) {
  return was_submitted(world, result) ? since(result.submitted, world, result) : Seconds(0);
}

bool was_submitted(const fleet::World& world, const fleet::JobResult& result) {
  return result.submitted >= world.from && result.submitted < world.to;
}

std::vector<JobSums> job_sums(const fleet::World& world, const fleet::History& history,
                              std::span<const StepRow> steps) {
  std::vector<JobSums> all(world.jobs.size());
  for (const Held& one : held(world, history)) {
    JobSums& sums = all[one.allocation->job];
    const double kept = one.working() * one.kept().value();
    sums.held += one.lasted();
    sums.kept += one.kept();
    sums.checkpoints += one.allocation->checkpoints;
    sums.chip_time += one.taken() * one.lasted().value();
    sums.kept_chip_time += kept;
    if (kept > 0) sums.ideal_chip_time += kept * worth(one);
    if (kept > 0) add_band(one, steps, sums);
    sums.last = one.allocation;
  }
  for (JobSums& sums : all) {
    sums.low = sums.low / sums.kept.value();
    sums.high = sums.high / sums.kept.value();
  }
  return all;
}

}  // namespace trainyard::measure
