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
  std::int64_t task = 0;  // index into the tasks given to the table
  std::int64_t nodes = 0;
  friend auto operator<=>(const Question&, const Question&) = default;
};

// What the fleet asks; the rate table answers by playing, other implementations by guessing.
class Rates {
 public:
  virtual ~Rates() = default;
  // Requires plan_on(task, nodes).
  virtual Answer ask(Question question) = 0;
};

class RateTable final : public Rates {
 public:
  RateTable(std::vector<Task> tasks, int processes, Options options = {});
  ~RateTable() override;

  Answer ask(Question question) override;
  // Plays those not known yet, in parallel.
  void ask_ahead(const std::vector<Question>& questions);
  [[nodiscard]] std::int64_t played() const { return static_cast<std::int64_t>(known_.size()); }

 private:
  class Server;
  std::unique_ptr<Server> server_;
  std::map<Question, Answer> known_;
};

// Answers with a nominal rate and remembers what was asked: a first pass with it finds the
// questions that a fleet will ask, since power and deliveries decide most allocations, not rates.
class Survey final : public Rates {
 public:
  explicit Survey(const std::vector<Task>& tasks) : tasks_(tasks) {}
  Answer ask(Question question) override;
  [[nodiscard]] const std::vector<Question>& asked() const { return asked_; }

 private:
  const std::vector<Task>& tasks_;
  std::vector<Question> asked_;
};

}  // namespace trainyard::step
