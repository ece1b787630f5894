#include "fleet/answers.hpp"

#include "base/check.hpp"

namespace trainyard::fleet {

std::int64_t Answers::ranks(std::size_t task, std::int64_t nodes) {
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

double Answers::rate(std::size_t job, std::size_t option, std::int64_t nodes) {
  const step::Answer& answer = scene_.history.answers[at(job, option, nodes)].answer;
  return answer.samples / answer.duration.value();
}

}  // namespace trainyard::fleet
