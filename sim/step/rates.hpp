// The rate table: answers of the step scale, each asked once. Questions are played in processes of
// their own, several at a time where they are known ahead. Make it before any Engine exists.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "step/answer.hpp"
#include "step/task.hpp"

namespace trainyard::step {

struct Question {
  std::int64_t task = 0;   // index into the tasks given to the table
  std::int64_t nodes = 0;  // of a task with branches: 0, all are given
  double clock = 1;        // of the accelerators, of the usual one (hardware::at_clock)
  double slowest = 1;      // speed of one of the nodes
  double wan = 1;          // share of what links between sites carry that is left to the task
  friend auto operator<=>(const Question&, const Question&) = default;
};

// What the fleet asks; the rate table answers by playing, other implementations by guessing.
class Rates {
 public:
  virtual ~Rates() = default;
  // Requires plan_on(task, nodes).
  virtual Answer ask(Question question) = 0;
};

// The question's task as it is under the question's clock and with its slowest node.
Task under(Task task, const Question& question);

// The answer at any clock: where it is none of `clock_grid`, step time is interpolated between the
// two next to it, linearly in the time of a cycle, 1 / clock; so more clock is never slower.
Answer ask_between(Rates& rates, Question question);
inline constexpr double clock_grid = 0.1;  // distance of the clocks that steps are played at

// The answer with any share of the links between sites: where it is none of `wan_grid`, step time
// is interpolated between the two next to it, linearly in 1 / share. Below the least of the grid,
// as with that one.
Answer ask_sharing(Rates& rates, Question question);
inline constexpr double wan_grid = 0.125;

// The answer on any number of nodes: above 64 nodes, where the plan differs in its replicas alone,
// step time is interpolated between the two numbers next to it that have six significant bits.
Answer ask_near(Rates& rates, const Task& task, Question question);

class RateTable final : public Rates {
 public:
  RateTable(std::vector<Task> tasks, int processes, Options options = {});
  ~RateTable() override;

  Answer ask(Question question) override;
  // Plays those not known yet, in parallel.
  void ask_ahead(const std::vector<Question>& questions);
  [[nodiscard]] std::int64_t played() const { return static_cast<std::int64_t>(known_.size()); }
  [[nodiscard]] const std::map<Question, Answer>& known() const { return known_; }

 private:
  class Server;
  std::unique_ptr<Server> server_;
  std::map<Question, Answer> known_;
};

// Answers what is known, guesses the rest by a nominal rate, and remembers what it guessed: a pass
// with it finds the questions that a fleet will ask, since power and deliveries decide most
// allocations, not rates.
class Survey final : public Rates {
 public:
  explicit Survey(const std::vector<Task>& tasks, const std::map<Question, Answer>* known = nullptr)
      : tasks_(tasks), known_(known) {}
  Answer ask(Question question) override;
  // What it had to guess, each once.
  [[nodiscard]] const std::vector<Question>& asked() const { return asked_; }

 private:
  const std::vector<Task>& tasks_;
  const std::map<Question, Answer>* known_;
  std::vector<Question> asked_;
};

}  // namespace trainyard::step
