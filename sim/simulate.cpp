#include "simulate.hpp"

#include "fleet/play.hpp"
#include "measure/fleet_tables.hpp"
#include "output/result_file.hpp"
#include "provenance.hpp"
#include "scenario/library.hpp"
#include "steps.hpp"

namespace trainyard {
namespace {

// Finds the questions that the fleets will ask, and plays those steps in parallel.
void ask_ahead(const scenario::Scenario& scenario, step::RateTable& rates) {
  step::Survey survey(scenario.tasks);
  for (const fleet::World& world : scenario.worlds) fleet::play(world, scenario.tasks, survey);
  rates.ask_ahead(survey.asked());
}

Dataset play_fleets(const scenario::Scenario& scenario, step::RateTable& rates) {
  ask_ahead(scenario, rates);
  std::vector<fleet::History> histories;
  for (const fleet::World& world : scenario.worlds) {
    histories.push_back(fleet::play(world, scenario.tasks, rates));
  }
  return measure::fleet_tables(scenario.worlds, histories);
}

}  // namespace

RunResult run(const RunRequest& request) {
  output::check_writable(request.result);
  scenario::Library library(request.platforms);
  const scenario::Scenario scenario = scenario::read(request.scenario, library);
  step::RateTable rates(scenario.tasks, request.processes);

  RunResult result{.title = scenario.title, .baseline = scenario.baseline};
  if (scenario.worlds.empty()) {
    result.steps = play_steps(scenario, scenario.steps, rates);
    measure::add_steps(result.steps, result.dataset);
  } else {
    result.dataset = play_fleets(scenario, rates);
  }
  add_provenance(scenario, result.dataset);
  output::write(request.result, result.dataset);
  return result;
}

std::vector<measure::StepRow> run_steps(const StepRequest& request) {
  scenario::Library library(request.platforms);
  const scenario::Scenario scenario = scenario::read(request.scenario, library);
  step::RateTable rates(scenario.tasks, request.processes, request.options);
  return play_steps(scenario, chosen_steps(scenario, request), rates);
}

}  // namespace trainyard
