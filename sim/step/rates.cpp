#include "step/rates.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>

#include "base/check.hpp"
#include "engine/isolated.hpp"
#include "step/placement.hpp"

namespace trainyard::step {

Task under(Task task, const Question& question) {
  if (task.joint) {
    const double clock = question.clock * question.slowest;
    for (Branch& branch : task.joint->branches) {
      // Names what else the branch is played with.
      if (clock != 1 && !branch.identity.empty()) branch.identity += " slower";
      for (Section& section : branch.sections) {
        if (clock != 1) section.node = hardware::at_clock(std::move(section.node), clock);
      }
    }
    task.joint->wan_share *= question.wan;
    return task;
  }
  if (question.clock != 1) task.node = hardware::at_clock(std::move(task.node), question.clock);
  if (question.slowest != 1) task.faults.nodes.push_back({0, question.slowest});
  return task;
}

Answer ask_between(Rates& rates, Question question) {
  const double steps = question.clock / clock_grid;
  const double below = std::floor(steps + 1e-9);
  const auto at = [&](double grid_point) {
    Question there = question;
    there.clock = grid_point / std::round(1 / clock_grid);
    return rates.ask(there);
  };
  if (steps - below < 1e-9) return at(below);
  EXPECT(below >= 1);
  const Answer slow = at(below);
  Answer answer = at(below + 1);
  const double share = (1 / steps - 1 / (below + 1)) / (1 / below - 1 / (below + 1));
  const Seconds fast = answer.duration;
  const auto between = [&](auto& value, auto other) { value += (other - value) * share; };
  between(answer.duration, slow.duration);
  for (std::size_t i = 0; i < answer.spent.size(); ++i) between(answer.spent[i], slow.spent[i]);
  between(answer.energy, slow.energy);
  // Of the peak at its own clock.
  const double utilisation = fast / answer.duration * ((below + 1) / steps);
  answer.mfu *= utilisation;
  answer.hfu *= utilisation;
  return answer;
}

Answer ask_sharing(Rates& rates, Question question) {
  const double steps = std::max(1.0, question.wan / wan_grid);
  const double below = std::floor(steps + 1e-9);
  const auto at = [&](double grid_point) {
    Question there = question;
    there.wan = grid_point * wan_grid;
    return ask_between(rates, there);
  };
  if (steps - below < 1e-9) return at(below);
  const Answer slow = at(below);
  Answer answer = at(below + 1);
  const double share = (1 / steps - 1 / (below + 1)) / (1 / below - 1 / (below + 1));
  const Seconds fast = answer.duration;
  answer.duration += (slow.duration - answer.duration) * share;
  for (std::size_t i = 0; i < answer.spent.size(); ++i) {
    answer.spent[i] += (slow.spent[i] - answer.spent[i]) * share;
  }
  answer.energy += (slow.energy - answer.energy) * share;
  answer.mfu *= fast / answer.duration;
  answer.hfu *= fast / answer.duration;
  return answer;
}

Answer ask_near(Rates& rates, const Task& task, Question question) {
  constexpr int bits = 6;
  const auto unit = static_cast<std::int64_t>(
      std::bit_floor(static_cast<std::uint64_t>(question.nodes)) >> (bits - 1));
  if (unit < 2 || question.nodes % unit == 0) return ask_between(rates, question);
  Question fewer = question;
  fewer.nodes = question.nodes / unit * unit;
  Question more = question;
  more.nodes = fewer.nodes + unit;
  const auto plan = plan_on(task, question.nodes);
  const auto like = [&](const Question& other) {
    const auto its = plan_on(task, other.nodes);
    return its && plan && its->micro_batches == plan->micro_batches;
  };
  if (!like(fewer) || !like(more)) return ask_between(rates, question);
  const Answer low = ask_between(rates, fewer);
  const Answer high = ask_between(rates, more);
  const double share =
      static_cast<double>(question.nodes - fewer.nodes) / static_cast<double>(unit);
  Answer answer = low;
  const auto between = [&](auto& value, auto other) { value += (other - value) * share; };
  between(answer.duration, high.duration);
  for (std::size_t i = 0; i < answer.spent.size(); ++i) between(answer.spent[i], high.spent[i]);
  between(answer.energy, high.energy);
  between(answer.scale_out, high.scale_out);
  answer.data = plan->data;
  answer.ranks = plan->ranks();
  answer.left_over = plan->left_over;
  const double replicas = static_cast<double>(plan->data) / static_cast<double>(low.data);
  answer.samples = low.samples * replicas;
  answer.tokens = low.tokens * replicas;
  answer.model_work = low.model_work * replicas;
  answer.hardware_work = low.hardware_work * replicas;
  const double utilisation = low.duration / answer.duration;
  answer.mfu *= utilisation;
  answer.hfu *= utilisation;
  return answer;
}

class RateTable::Server {
 public:
  Server(std::vector<Task> tasks, int processes, Options options)
      : isolated_(
            [tasks = std::move(tasks), options](const Question& question) {
              return play(under(tasks[static_cast<std::size_t>(question.task)], question),
                          question.nodes, options);
            },
            processes) {}

  std::vector<Answer> ask(const std::vector<Question>& questions) {
    return isolated_.ask(questions);
  }

 private:
  engine::Isolated<Question, Answer> isolated_;
};

RateTable::RateTable(std::vector<Task> tasks, int processes, Options options)
    : server_(std::make_unique<Server>(std::move(tasks), processes, options)) {}

RateTable::~RateTable() = default;

void RateTable::ask_ahead(const std::vector<Question>& questions) {
  std::set<Question> open;
  for (const Question& question : questions) {
    if (!known_.contains(question)) open.insert(question);
  }
  const std::vector<Question> asked(open.begin(), open.end());
  const std::vector<Answer> answers = server_->ask(asked);
  for (std::size_t i = 0; i < asked.size(); ++i) known_.emplace(asked[i], answers[i]);
}

Answer RateTable::ask(Question question) {
  const auto found = known_.find(question);
  if (found != known_.end()) return found->second;
  ask_ahead({question});
  return known_.at(question);
}

namespace {

Answer guess_jointly(const Task& task, const Question& question, double mfu) {
  Answer sum;
  FlopsPerSecond peak;
  for (const Branch& branch : task.joint->branches) {
    const Placement placed = *placement(branch);
    sum.ranks += placed.ranks();
    sum.left_over += placed.left_over();
    sum.samples += static_cast<double>(placed.plan().samples());
    peak += placed.peak();
  }
  sum.tokens = sum.samples * task.model.tokens_per_sample;
  sum.model_work = model::training_work(task.model) * sum.samples;
  sum.duration = sum.model_work / (peak * (mfu * question.clock * question.slowest));
  return sum;
}

}  // namespace

// The nominal rate is 40 % of peak: what published large runs reach, give or take a third.
Answer Survey::ask(Question question) {
  constexpr double nominal_mfu = 0.4;
  if (known_ != nullptr) {
    const auto found = known_->find(question);
    if (found != known_->end()) return found->second;
  }
  asked_.push_back(question);
  const Task& task = tasks_[static_cast<std::size_t>(question.task)];
  if (task.joint) return guess_jointly(task, question, nominal_mfu);
  const auto plan = plan_on(task, question.nodes);
  EXPECT(plan.has_value());
  Answer answer{.data = plan->data,
                .ranks = plan->ranks(),
                .left_over = plan->left_over,
                .samples = static_cast<double>(plan->samples())};
  answer.tokens = answer.samples * task.model.tokens_per_sample;
  answer.model_work = model::training_work(task.model) * answer.samples;
  answer.duration = answer.model_work / (task.node.accelerator.peak_at(task.request.precision) *
                                         (nominal_mfu * static_cast<double>(answer.ranks)));
  answer.duration = answer.duration / (question.clock * question.slowest);
  return answer;
}

}  // namespace trainyard::step
