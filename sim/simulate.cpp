#include "simulate.hpp"

#include <fmt/format.h>

#include <span>

#include "base/error.hpp"
#include "fleets.hpp"
#include "output/replace.hpp"
#include "output/result_file.hpp"
#include "provenance.hpp"
#include "report/schedule.hpp"
#include "report/timeline.hpp"
#include "scenario/library.hpp"
#include "steps.hpp"

namespace trainyard {
namespace {

Dataset play_fleets(const RunRequest& request, const scenario::Scenario& scenario,
                    step::RateTable& rates) {
  request.tell("playing fleets and their steps");
  const Played played = play_worlds(scenario, rates);
  Dataset dataset = fleet_tables(scenario, played);
  if (request.replicas > 1) {
    measure::add_replicas(scenario.seed, play_replicas(request, scenario, rates), dataset);
  }
  if (!request.schedule.empty()) {
    const std::string text = report::schedule_csv(scenario.worlds, played.histories);
    output::replace(request.schedule, std::as_bytes(std::span(text)));
  }
  return dataset;
}

}  // namespace

RunResult run(const RunRequest& request) {
  request.tell("reading");
  output::check_writable(request.result);
  if (!request.schedule.empty()) output::check_place(request.schedule);
  scenario::Library library(request.platforms);
  const scenario::Scenario scenario = scenario::read(request.scenario, library);
  const step::Options options{.seed = static_cast<std::uint64_t>(scenario.seed)};
  step::RateTable rates(scenario.tasks, request.processes, options);

  RunResult result{.title = scenario.title, .baseline = scenario.baseline};
  if (scenario.worlds.empty()) {
    result.steps = play_steps(scenario, scenario.steps, rates);
    measure::add_steps(result.steps, result.dataset);
  } else {
    result.dataset = play_fleets(request, scenario, rates);
  }
  add_provenance(scenario, result.dataset);
  request.tell("writing");
  output::write(request.result, result.dataset);
  return result;
}

std::vector<report::StepDetail> run_steps(const StepRequest& request) {
  if (request.timeline) output::check_place(*request.timeline);
  scenario::Library library(request.platforms);
  const scenario::Scenario scenario = scenario::read(request.scenario, library);
  const std::vector<scenario::StepJob> jobs = chosen_steps(scenario, request);
  if (request.timeline && jobs.size() != 1) {
    throw UsageError(fmt::format(
        "--trace: {} steps are chosen; choose one with --job and --variant", jobs.size()));
  }
  DetailedSteps played = play_in_detail(scenario, jobs, request);
  if (request.timeline) {
    const std::string text = report::timeline(played.trace, scenario.title);
    output::replace(*request.timeline, std::as_bytes(std::span(text)));
  }
  return std::move(played.steps);
}

}  // namespace trainyard
