#include "fleets.hpp"

#include <fmt/format.h>

#include <functional>
#include <set>
#include <string>

#include "base/packing.hpp"
#include "engine/isolated.hpp"
#include "fleet/play.hpp"
#include "fleet/without.hpp"
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
    for (const fleet::Team& team : world.teams) {
      questions.insert({static_cast<std::int64_t>(team.tasks.back())});
    }
    for (const fleet::Job& job : world.jobs) {
      if (job.team != fleet::none) continue;
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

using Play = std::function<fleet::History(const fleet::World&)>;

Played play_all(const scenario::Scenario& scenario, const Play& play) {
  Played played;
  for (const fleet::World& world : scenario.worlds) {
    played.histories.push_back(play(world));
    const auto& sharing = world.money.sharing;
    if (!sharing || sharing->rule != fleet::Sharing::Rule::marginal) continue;
    for (const std::size_t party : sharing->parties) {
      fleet::World without = fleet::without(world, party);
      fleet::History history = play(without);
      played.without.push_back({party, std::move(without), std::move(history)});
    }
  }
  return played;
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
  const Played played = play_all(scenario, [&](const fleet::World& world) {
    return fleet::play(world, scenario.tasks, survey);
  });
  Attempt result;
  if (survey.asked().empty()) {
    result.values = measure::values(measure::quantities(fleet_tables(scenario, played)));
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

Played play_worlds(const scenario::Scenario& scenario, step::RateTable& rates) {
  rates.ask_ahead(certain(scenario.worlds, scenario.tasks));
  return play_all(scenario, [&](const fleet::World& world) {
    step::Survey survey(scenario.tasks, &rates.known());
    fleet::History history = fleet::play(world, scenario.tasks, survey);
    if (survey.asked().empty()) return history;
    // Real rates may lead to other questions, which are then asked one by one.
    rates.ask_ahead(survey.asked());
    return fleet::play(world, scenario.tasks, rates);
  });
}

Dataset fleet_tables(const scenario::Scenario& scenario, const Played& played) {
  std::vector<measure::Marginal> marginals;
  for (const Played::Without& one : played.without) {
    marginals.push_back({one.owner, &one.world, &one.history});
  }
  const auto judge_step = [&](const fleet::Job& job, const fleet::Option& option,
                              measure::StepRow& row) {
    judge(scenario, {.variant = row.variant, .job = job.name, .task = option.task}, row);
  };
  return measure::fleet_tables(scenario.worlds, played.histories, judge_step, marginals);
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
