#include "fleets.hpp"

#include <fmt/format.h>

#include <set>
#include <string>

#include "base/packing.hpp"
#include "engine/isolated.hpp"
#include "fleet/play.hpp"
#include "measure/fleet_tables.hpp"
#include "scenario/library.hpp"
#include "steps.hpp"

namespace trainyard {
namespace {

using step::Question;

// What jobs of fixed gangs will ask, wherever they run.
std::vector<Question> certain(const std::vector<fleet::World>& worlds,
                              const std::vector<step::Task>& tasks) {
  std::set<Question> questions;
  for (const fleet::World& world : worlds) {
    for (const fleet::Job& job : world.jobs) {
      for (const fleet::Option& option : job.options) {
        if (option.task == fleet::none) continue;
        const std::int64_t each = world.nodes[option.node].accelerators;
        for (const std::int64_t gang : job.gangs) {
          const Question question{static_cast<std::int64_t>(option.task), (gang + each - 1) / each};
          if (step::plan_on(tasks[option.task], question.nodes)) questions.insert(question);
        }
      }
    }
  }
  return {questions.begin(), questions.end()};
}

struct Attempt {
  std::vector<double> values;
  std::vector<Question> missing;
};

// Plays a replica with what is known; where that does not suffice, says what is missing.
Attempt attempt(const RunRequest& request, std::int64_t seed, const step::RateTable& rates) {
  scenario::Request again = request.scenario;
  again.seed = seed;
  scenario::Library library(request.platforms);
  const scenario::Scenario scenario = scenario::read(again, library);
  step::Survey survey(scenario.tasks, &rates.known());
  std::vector<fleet::History> histories;
  for (const fleet::World& world : scenario.worlds) {
    histories.push_back(fleet::play(world, scenario.tasks, survey));
  }
  Attempt result;
  if (survey.asked().empty()) {
    result.values = measure::values(measure::quantities(fleet_tables(scenario, histories)));
  }
  result.missing = survey.asked();
  return result;
}

std::string packed(std::int64_t seed) {
  Packer packer;
  packer << seed;
  return std::move(packer).bytes();
}

}  // namespace

std::vector<fleet::History> play_worlds(const std::vector<fleet::World>& worlds,
                                        const scenario::Scenario& scenario,
                                        step::RateTable& rates) {
  rates.ask_ahead(certain(worlds, scenario.tasks));
  std::vector<fleet::History> histories;
  for (const fleet::World& world : worlds) {
    step::Survey survey(scenario.tasks, &rates.known());
    fleet::History history = fleet::play(world, scenario.tasks, survey);
    if (!survey.asked().empty()) {
      // Real rates may lead to other questions, which are then asked one by one.
      rates.ask_ahead(survey.asked());
      history = fleet::play(world, scenario.tasks, rates);
    }
    histories.push_back(std::move(history));
  }
  return histories;
}

Dataset fleet_tables(const scenario::Scenario& scenario,
                     const std::vector<fleet::History>& histories) {
  return measure::fleet_tables(
      scenario.worlds, histories,
      [&](const fleet::Job& job, const fleet::Option& option, measure::StepRow& row) {
        judge(scenario, {.variant = row.variant, .job = job.name, .task = option.task}, row);
      });
}

std::vector<measure::Replica> play_replicas(const RunRequest& request,
                                            const scenario::Scenario& scenario,
                                            step::RateTable& rates) {
  std::vector<measure::Replica> replicas(static_cast<std::size_t>(request.replicas - 1));
  std::set<std::size_t> open;
  for (std::size_t r = 0; r < replicas.size(); ++r) {
    replicas[r].seed = scenario.seed + 1 + static_cast<std::int64_t>(r);
    open.insert(r);
  }
  while (!open.empty()) {
    request.tell(fmt::format("playing {} of {} replicas", open.size(), request.replicas));
    // Forked anew in each round, so that the processes know what has been answered since.
    const engine::IsolatedServer server(
        [&](std::string_view text) {
          std::int64_t seed = 0;
          Unpacker(text) >> seed;
          const Attempt done = attempt(request, seed, rates);
          Packer packer;
          packer << done.values << done.missing;
          return std::move(packer).bytes();
        },
        request.processes);
    std::vector<std::string> questions;
    for (const std::size_t r : open) questions.push_back(packed(replicas[r].seed));
    const std::vector<std::string> answers = server.ask(questions);
    std::set<Question> missing;
    std::size_t at = 0;
    for (const std::size_t r : std::set(open)) {
      Attempt done;
      Unpacker(answers[at++]) >> done.values >> done.missing;
      missing.insert(done.missing.begin(), done.missing.end());
      if (!done.missing.empty()) continue;
      replicas[r].values = std::move(done.values);
      open.erase(r);
    }
    rates.ask_ahead({missing.begin(), missing.end()});
  }
  return replicas;
}

}  // namespace trainyard
