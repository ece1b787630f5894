#include "fleet/answers.hpp"

#include <bit>

#include "base/check.hpp"
#include "step/jointly.hpp"

namespace trainyard::fleet {

std::int64_t Answers::ranks(std::size_t task, std::int64_t nodes) {
  // Members of teams have the chips that their sections are given.
  if (scene_.tasks[task].joint) return nodes;
  const auto [known, fresh] = ranks_.try_emplace({task, nodes}, 0);
  if (fresh && nodes > 0) {
    const auto plan = step::plan_on(scene_.tasks[task], nodes);
    if (plan) known->second = plan->ranks();
  }
  return known->second;
}

std::optional<std::int64_t> Answers::fewest_nodes(std::size_t task, std::int64_t most) {
  if (ranks(task, most) == 0) return std::nullopt;
  std::int64_t runs = most;
  std::int64_t fails = 0;
  while (runs - fails > 1) {
    const std::int64_t middle = fails + (runs - fails) / 2;
    (ranks(task, middle) > 0 ? runs : fails) = middle;
  }
  return runs;
}

std::size_t Answers::at(std::size_t job, std::size_t option, std::int64_t nodes, double clock,
                        double slowest) {
  std::vector<StepUse>& answers = scene_.history.answers;
  const auto [known, fresh] =
      index_.try_emplace({job, option, nodes, clock, slowest}, answers.size());
  if (!fresh) return known->second;
  const std::size_t task = scene_.world.jobs[job].options[option].task;
  EXPECT(task != none);
  const step::Question question{static_cast<std::int64_t>(task), nodes, clock, slowest};
  // Where nodes break, jobs that take all they can get run on hundreds of different numbers.
  const bool varies = scene_.world.jobs[job].gangs.empty() && !scene_.world.failures.empty();
  answers.push_back({job, option, nodes, clock, slowest,
                     varies ? ask_near(scene_.rates, scene_.tasks[task], question)
                            : ask_between(scene_.rates, question)});
  return known->second;
}

namespace {

step::Question question_of(const Team& team, const Answers::Training& training) {
  return {.task = static_cast<std::int64_t>(team.tasks[training.set]),
          .clock = training.clock,
          .wan = training.wan};
}

}  // namespace

std::size_t Answers::of_member(const Team& team, const Member& member, const Training& training) {
  std::vector<StepUse>& answers = scene_.history.answers;
  const auto [known, fresh] = of_members_.try_emplace({member.job, training}, answers.size());
  if (!fresh) return known->second;
  const step::Answer all = ask_sharing(scene_.rates, question_of(team, training));
  const step::Task& task = scene_.tasks[team.tasks[training.set]];
  // Branches of the task are those of the set.
  const std::size_t below = training.set & ((std::size_t{1} << member.branch) - 1);
  const step::Answer part =
      step::part_of(task, all, static_cast<std::size_t>(std::popcount(below)), member.section);
  const std::int64_t nodes = task.joint->branches[static_cast<std::size_t>(std::popcount(below))]
                                 .sections[member.section]
                                 .nodes;
  answers.push_back({.job = member.job,
                     .option = 0,
                     .nodes = nodes,
                     .clock = training.clock,
                     .slowest = 1,
                     .answer = part});
  return known->second;
}

std::size_t Answers::of_all(const Team& team, std::size_t job) {
  for (const Member& member : team.members) {
    if (member.job == job) return of_member(team, member, {.set = team.tasks.size() - 1});
  }
  return none;
}

BytesPerSecond Answers::sent(const Team& team, const Training& training) {
  const step::Answer all = ask_sharing(scene_.rates, question_of(team, training));
  return all.between / all.duration;
}

double Answers::rate(std::size_t job, std::size_t option, std::int64_t nodes) {
  const std::size_t team = scene_.world.jobs[job].team;
  const std::size_t index =
      team == none ? at(job, option, nodes) : of_all(scene_.world.teams[team], job);
  const step::Answer& answer = scene_.history.answers[index].answer;
  return answer.samples / answer.duration.value();
}

}  // namespace trainyard::fleet
