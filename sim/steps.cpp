#include "steps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace trainyard {
namespace {

using scenario::Scenario;
using scenario::StepJob;

// A fleet's jobs as steps, on all the chips that they may ever get.
std::vector<StepJob> fleet_steps(const Scenario& scenario) {
  std::vector<StepJob> steps;
  for (const fleet::World& world : scenario.worlds) {
    for (const fleet::Job& job : world.jobs) {
      const std::int64_t each = world.nodes[job.node].accelerators;
      std::int64_t nodes = 0;
      for (const fleet::Delivery& delivery : world.deliveries) {
        const bool usable = std::find(job.chip_owners.begin(), job.chip_owners.end(),
                                      delivery.owner) != job.chip_owners.end();
        if (usable && delivery.site == job.site && delivery.node == job.node) {
          nodes += delivery.nodes;
        }
      }
      if (job.accelerators) nodes = (*job.accelerators + each - 1) / each;
      steps.push_back({world.variant, job.name, job.task, nodes});
    }
  }
  return steps;
}

void check_known(const std::string& what, const std::string& name,
                 const std::vector<std::string>& known) {
  if (name.empty() || std::find(known.begin(), known.end(), name) != known.end()) return;
  throw UsageError(
      fmt::format("--{}: unknown name \"{}\"; {}", what, name, suggestion(name, known)));
}

void give_chips(const Scenario& scenario, const StepRequest& request, StepJob& step) {
  const step::Task& task = scenario.tasks[step.task];
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
    problem.pointer += member.empty() ? "/plan" : "/plan/" + member;
    problem.message = objections.front().message;
    problem.remedy = objections.front().remedy;
  }
  throw InputError(std::move(problem));
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

std::vector<measure::StepRow> play_steps(const Scenario& scenario, const std::vector<StepJob>& jobs,
                                         step::RateTable& rates) {
  std::vector<step::Question> questions;
  for (const StepJob& job : jobs) {
    questions.push_back({static_cast<std::int64_t>(job.task), job.nodes});
  }
  rates.ask_ahead(questions);
  std::vector<measure::StepRow> rows;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const hardware::Node& node = scenario.tasks[jobs[i].task].node;
    rows.push_back({jobs[i].variant, jobs[i].job, node.accelerator.name,
                    jobs[i].nodes * node.accelerators, rates.ask(questions[i])});
  }
  return rows;
}

}  // namespace trainyard
