#include "steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "document/pointer.hpp"
#include "scenario/read_placement.hpp"
#include "step/what_if.hpp"

namespace trainyard {
namespace {

using scenario::Scenario;
using scenario::StepJob;

// A job of a fleet on each of its options, with its largest gang or all the chips that it may ever
// get there. Options that ask the same are one step; jobs of known duration have none.
void add_steps(const fleet::World& world, const fleet::Job& job, std::vector<StepJob>& steps) {
  std::set<step::Question> asked;
  for (const fleet::Option& option : job.options) {
    if (option.task == fleet::none) continue;
    const std::int64_t each = world.nodes[option.node].accelerators;
    const std::int64_t nodes = job.gangs.empty()
                                   ? scenario::most_nodes(world, option, job.chip_owners)
                                   : (job.gangs.front() + each - 1) / each;
    if (!asked.insert({static_cast<std::int64_t>(option.task), nodes}).second) continue;
    steps.push_back({world.variant, job.name, option.task, nodes});
  }
}

std::vector<StepJob> fleet_steps(const Scenario& scenario) {
  std::vector<StepJob> steps;
  for (const fleet::World& world : scenario.worlds) {
    for (const fleet::Job& job : world.jobs) {
      if (job.team == fleet::none) add_steps(world, job, steps);
    }
    for (const fleet::Team& team : world.teams) {
      steps.push_back({world.variant, team.name, team.tasks.back(),
                       step::nodes_of(*scenario.tasks[team.tasks.back()].joint)});
    }
  }
  return steps;
}

void check_known(const std::string& what, const std::string& name, std::vector<std::string> known) {
  if (name.empty() || std::find(known.begin(), known.end(), name) != known.end()) return;
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  throw UsageError(
      fmt::format("--{}: unknown name \"{}\"; {}", what, name, suggestion(name, known)));
}

void give_chips(const Scenario& scenario, const StepRequest& request, StepJob& step) {
  const step::Task& task = scenario.tasks[step.task];
  if (task.joint && request.chips > 0) {
    throw UsageError(fmt::format(
        "--chips: job \"{}\" has branches, each with chips of its own; use --set", step.job));
  }
  if (task.joint && request.timeline && task.joint->branches.size() > 1) {
    throw UsageError(fmt::format(
        "--trace: job \"{}\" has several branches, which are played one by one and have no "
        "common timeline; take a job with one",
        step.job));
  }
  if (request.chips > 0) {
    step.nodes = (request.chips + task.node.accelerators - 1) / task.node.accelerators;
  }
  const auto objections =
      step.nodes > 0 ? step::objections(task, step.nodes) : std::vector<step::Objection>{};
  if (step.nodes > 0 && objections.empty()) return;
  Problem problem{.place = {.file = request.scenario.path}, .pointer = "/jobs/" + step.job};
  if (objections.empty()) {
    problem.message = "no chips are ever delivered for it";
    problem.remedy = "say how many with --chips";
  } else {
    const std::string& member = objections.front().member;
    const bool elsewhere = member.starts_with("../");
    problem.pointer += elsewhere ? member.substr(2) : member.empty() ? "/plan" : "/plan/" + member;
    problem.message = objections.front().message;
    problem.remedy = objections.front().remedy;
  }
  throw InputError(std::move(problem));
}

// The weakest mark among the figures of the job, its node, chip, fabric, model and software.
std::string weakest_input(const Scenario& scenario, const StepJob& job) {
  const step::Task& task = scenario.tasks[job.task];
  const auto place = [](const std::string& kind, const std::string& name) {
    return kind + "/" + document::escaped(name) + "/";
  };
  std::vector<std::string> places{place("/jobs", job.job),
                                  place("/platforms/models", task.model.name)};
  const auto stand = [&](const hardware::Node& node, const parallelism::Software& software) {
    places.push_back(place("/platforms/nodes", node.name));
    places.push_back(place("/platforms/accelerators", node.accelerator.name));
    places.push_back(place("/platforms/fabrics", node.scale_out.name));
    places.push_back(place("/platforms/software", software.name));
  };
  stand(task.node, task.request.software);
  if (task.joint) {
    for (const step::Branch& branch : task.joint->branches) {
      for (const step::Section& section : branch.sections) {
        stand(section.node, section.request.software);
      }
    }
    for (const hardware::WanLink& link : task.joint->wide.links) {
      places.push_back(place("/wan", link.name));
    }
  }
  auto status = document::Status::verified;
  for (const document::Mark& mark : scenario.marks) {
    const bool used = std::any_of(places.begin(), places.end(), [&](const std::string& start) {
      return mark.pointer.starts_with(start);
    });
    if (used) status = std::max(status, mark.status);
  }
  return std::string(document::name(status));
}

// "h100_sxm + a100_80_sxm" where there are several.
std::string accelerators(const step::Task& task) {
  if (!task.joint) return task.node.accelerator.name;
  std::string text;
  std::set<std::string> known;
  for (const step::Branch& branch : task.joint->branches) {
    for (const step::Section& section : branch.sections) {
      const std::string& name = section.node.accelerator.name;
      if (known.insert(name).second) text += (text.empty() ? "" : " + ") + name;
    }
  }
  return text;
}

measure::StepRow row(const Scenario& scenario, const StepJob& job, const step::Answer& answer) {
  const step::Task& task = scenario.tasks[job.task];
  measure::StepRow row{.variant = job.variant,
                       .job = job.job,
                       .accelerator = accelerators(task),
                       .chips = answer.ranks + answer.left_over,
                       .answer = answer,
                       .exchange = task.exchange};
  judge(scenario, job, row);
  return row;
}

// A task beside the scenario's own: the same with a faster part.
struct Alternative {
  std::string_view name;
  std::string_view parts;
  std::int64_t task = 0;
};
using Alternatives = std::map<std::size_t, std::vector<Alternative>>;  // by task

// Appends them to `tasks`.
Alternatives alternatives(const std::vector<StepJob>& jobs, std::vector<step::Task>& tasks) {
  Alternatives all;
  for (const StepJob& job : jobs) {
    if (all.contains(job.task)) continue;
    for (step::WhatIf& what : step::what_ifs(tasks[job.task])) {
      all[job.task].push_back({what.name, what.parts, static_cast<std::int64_t>(tasks.size())});
      tasks.push_back(std::move(what.task));
    }
  }
  return all;
}

step::Question question(const StepJob& job) {
  return {static_cast<std::int64_t>(job.task), job.nodes};
}

// Those that differ.
std::vector<step::Question> questions(const std::vector<StepJob>& jobs,
                                      const Alternatives& alternatives) {
  std::set<step::Question> distinct;
  for (const StepJob& job : jobs) {
    distinct.insert(question(job));
    const auto found = alternatives.find(job.task);
    if (found == alternatives.end()) continue;
    for (const Alternative& other : found->second) distinct.insert({other.task, job.nodes});
  }
  return {distinct.begin(), distinct.end()};
}

using Reports = std::map<step::Question, step::Report>;

Reports ask(const std::vector<step::Task>& tasks, const std::vector<step::Question>& questions,
            const StepRequest& request, std::int64_t seed) {
  step::Options options = request.options;
  options.seed = static_cast<std::uint64_t>(seed);
  const auto tracing = request.timeline ? step::Tracing::on : step::Tracing::off;
  step::Reports server(tasks, request.processes, options, tracing);
  std::vector<step::Report> answers = server.ask(questions);
  Reports reports;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    reports.emplace(questions[i], std::move(answers[i]));
  }
  return reports;
}

}  // namespace

std::vector<StepJob> chosen_steps(const Scenario& scenario, const StepRequest& request) {
  const std::vector<StepJob> all = scenario.worlds.empty() ? scenario.steps : fleet_steps(scenario);
  std::vector<std::string> jobs;
  std::vector<std::string> variants;
  for (const StepJob& step : all) {
    jobs.push_back(step.job);
    variants.push_back(step.variant);
  }
  check_known("job", request.job, jobs);
  check_known("variant", request.variant, variants);
  std::vector<StepJob> chosen;
  for (StepJob step : all) {
    if (!request.job.empty() && step.job != request.job) continue;
    if (!request.variant.empty() && step.variant != request.variant) continue;
    give_chips(scenario, request, step);
    chosen.push_back(std::move(step));
  }
  return chosen;
}

void judge(const Scenario& scenario, const StepJob& job, measure::StepRow& row) {
  row.band = scenario.confidence.band(scenario.tasks[job.task], row.answer.ranks);
  row.weakest_input = weakest_input(scenario, job);
}

std::vector<measure::StepRow> play_steps(const Scenario& scenario, const std::vector<StepJob>& jobs,
                                         step::RateTable& rates) {
  std::vector<step::Question> questions;
  for (const StepJob& job : jobs) {
    questions.push_back(question(job));
  }
  rates.ask_ahead(questions);
  std::vector<measure::StepRow> rows;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    rows.push_back(row(scenario, jobs[i], rates.ask(questions[i])));
  }
  return rows;
}

DetailedSteps play_in_detail(const Scenario& scenario, const std::vector<StepJob>& jobs,
                             const StepRequest& request) {
  std::vector<step::Task> tasks = scenario.tasks;
  const Alternatives others = request.explain ? alternatives(jobs, tasks) : Alternatives{};
  Reports reports = ask(tasks, questions(jobs, others), request, scenario.seed);
  DetailedSteps played;
  for (const StepJob& job : jobs) {
    step::Report& report = reports.at(question(job));
    report::StepDetail detail{
        row(scenario, job, report.answer), report.stages, report.links, report.branches, {}};
    if (const auto found = others.find(job.task); found != others.end()) {
      for (const Alternative& other : found->second) {
        detail.faster.push_back(
            {other.name, other.parts, reports.at({other.task, job.nodes}).answer.duration});
      }
    }
    played.steps.push_back(std::move(detail));
    played.trace = std::move(report.trace);
  }
  return played;
}

}  // namespace trainyard
