#include "simulate.hpp"

#include <fmt/format.h>

#include <span>

#include "base/error.hpp"
#include "fleet/play.hpp"
#include "measure/fleet_tables.hpp"
#include "output/replace.hpp"
#include "output/result_file.hpp"
#include "provenance.hpp"
#include "report/timeline.hpp"
#include "scenario/library.hpp"
#include "steps.hpp"

namespace trainyard {
namespace {

// The questions that the fleets will ask.
std::vector<step::Question> survey(const scenario::Scenario& scenario) {
  step::Survey survey(scenario.tasks);
  for (const fleet::World& world : scenario.worlds) fleet::play(world, scenario.tasks, survey);
  return survey.asked();
}

Dataset play_fleets(const RunRequest& request, const scenario::Scenario& scenario,
                    step::RateTable& rates) {
  request.tell("looking for the steps to play");
  const std::vector<step::Question> questions = survey(scenario);
  request.tell(fmt::format("playing steps for {} questions", questions.size()));
  rates.ask_ahead(questions);
  std::vector<fleet::History> histories;
  for (const fleet::World& world : scenario.worlds) {
    request.tell(
        fmt::format("playing fleet {} of {}", histories.size() + 1, scenario.worlds.size()));
    histories.push_back(fleet::play(world, scenario.tasks, rates));
  }
  return measure::fleet_tables(
      scenario.worlds, histories, [&](const fleet::Job& job, measure::StepRow& row) {
        judge(scenario, {.variant = row.variant, .job = job.name, .task = job.task}, row);
      });
}

}  // namespace

RunResult run(const RunRequest& request) {
  request.tell("reading");
  output::check_writable(request.result);
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
