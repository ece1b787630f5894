#include "step/rates.hpp"

#include <set>

#include "base/check.hpp"
#include "engine/isolated.hpp"

namespace trainyard::step {

class RateTable::Server {
 public:
  Server(std::vector<Task> tasks, int processes, Options options)
      : isolated_(
            [tasks = std::move(tasks), options](const Question& question) {
              return play(tasks[static_cast<std::size_t>(question.task)], question.nodes, options);
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

// The nominal rate is 40 % of peak: what published large runs reach, give or take a third.
Answer Survey::ask(Question question) {
  constexpr double nominal_mfu = 0.4;
  asked_.push_back(question);
  const Task& task = tasks_[static_cast<std::size_t>(question.task)];
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
  return answer;
}

}  // namespace trainyard::step
