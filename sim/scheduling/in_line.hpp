// Policies with a strict head of line: jobs start in the order of a key, and where one does not
// fit, nobody behind it may use the groups that it waits for. `fifo`, `sjf` and `deadline`.
#pragma once

#include <vector>

#include "scheduling/policy.hpp"
#include "scheduling/queue.hpp"

namespace trainyard::scheduling {

struct Line {
  // Smaller goes first; ties: the earlier submitted, then the smaller job.
  double (*key)(const Candidate& candidate) = nullptr;
  // Which of its choices the job tries, in this order, if it starts now; null: all, as given.
  std::vector<Choice> (*choices)(const Candidate& candidate, Instant now) = nullptr;
};

class InLine final : public Policy {
 public:
  explicit InLine(Line line) : line_(line) {}
  void arrived(const Candidate& candidate) override;
  void withdrawn(std::size_t job) override { queue_.remove(job); }
  void serve(Floor& floor) override;
  [[nodiscard]] std::size_t waiting() const override { return queue_.size(); }

 private:
  [[nodiscard]] bool start(Floor& floor, const Candidate& candidate, const Scan& scan) const;

  Line line_;
  Queue queue_;
};

}  // namespace trainyard::scheduling
