#include "rates.hpp"

#include <optional>
#include <set>

#include "output/result_file.hpp"
#include "provenance.hpp"
#include "scenario/library.hpp"
#include "scenario/read_placement.hpp"
#include "step/jointly.hpp"
#include "step/rates.hpp"

namespace trainyard {
namespace {

using scenario::Scenario;
using step::Question;

// A row and what it asks.
struct Asked {
  measure::RateRow row;
  Question question;
  std::optional<fleet::Member> member;  // of a team: the row is its part
};

Asked ask(const Scenario& scenario, std::size_t task, std::int64_t nodes) {
  const step::Task& self = scenario.tasks[task];
  Asked asked{.question = {static_cast<std::int64_t>(task), nodes}};
  asked.row.accelerator = self.node.accelerator.name;
  asked.row.node = self.node.name;
  asked.row.chips = nodes * self.node.accelerators;
  if (nodes == 0) {
    asked.row.objection = "no chips are ever there for it";
  } else if (const auto objections = step::objections(self, nodes); !objections.empty()) {
    asked.row.objection = objections.front().message;
  }
  return asked;
}

fleet::Member member_of(const fleet::World& world, const fleet::Job& job) {
  for (const fleet::Member& member : world.teams[job.team].members) {
    if (&world.jobs[member.job] == &job) return member;
  }
  return {};
}

std::vector<Asked> fleet_rows(const Scenario& scenario) {
  std::vector<Asked> rows;
  for (const fleet::World& world : scenario.worlds) {
    for (const fleet::Job& job : world.jobs) {
      for (const fleet::Option& option : job.options) {
        if (option.task == fleet::none) continue;
        const std::int64_t each = world.nodes[option.node].accelerators;
        const std::int64_t nodes = job.gangs.empty()
                                       ? scenario::most_nodes(world, option, job.chip_owners)
                                       : (job.gangs.front() + each - 1) / each;
        rows.push_back(ask(scenario, option.task, nodes));
        rows.back().row.accelerator = world.nodes[option.node].accelerator.name;
        rows.back().row.node = world.nodes[option.node].name;
        rows.back().row.chips = nodes * each;
        rows.back().row.variant = world.variant;
        rows.back().row.job = job.name;
        if (job.team != fleet::none) {
          rows.back().member = member_of(world, job);
          rows.back().question.nodes = 0;
        }
        rows.back().row.site = world.sites[option.site].place.name;
      }
    }
  }
  return rows;
}

std::vector<Asked> step_rows(const Scenario& scenario) {
  std::vector<Asked> rows;
  for (const scenario::StepJob& job : scenario.steps) {
    if (scenario.tasks[job.task].exchange) continue;  // a collective alone trains nothing
    rows.push_back(ask(scenario, job.task, job.nodes));
    rows.back().row.variant = job.variant;
    rows.back().row.job = job.job;
  }
  return rows;
}

}  // namespace

std::vector<measure::RateRow> rates(const RatesRequest& request) {
  if (request.result) output::check_writable(*request.result);
  scenario::Library library(request.platforms);
  const Scenario scenario = scenario::read(request.scenario, library);
  const step::Options options{.seed = static_cast<std::uint64_t>(scenario.seed)};
  step::RateTable table(scenario.tasks, request.processes, options);
  const std::vector<Asked> asked =
      scenario.worlds.empty() ? step_rows(scenario) : fleet_rows(scenario);
  std::set<Question> questions;
  for (const Asked& one : asked) {
    if (one.row.objection.empty()) questions.insert(one.question);
  }
  table.ask_ahead({questions.begin(), questions.end()});
  std::vector<measure::RateRow> rows;
  for (const Asked& one : asked) {
    rows.push_back(one.row);
    if (!one.row.objection.empty()) continue;
    const step::Task& task = scenario.tasks[static_cast<std::size_t>(one.question.task)];
    rows.back().answer = table.ask(one.question);
    if (one.member) {
      rows.back().answer =
          step::part_of(task, rows.back().answer, one.member->branch, one.member->section);
    }
    rows.back().band = scenario.confidence.band(task, rows.back().answer.ranks);
  }
  if (request.result) {
    Dataset dataset = measure::rate_tables(rows);
    add_provenance(scenario, dataset);
    output::write(*request.result, dataset);
  }
  return rows;
}

}  // namespace trainyard
