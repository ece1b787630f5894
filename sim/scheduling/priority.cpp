#include "scheduling/priority.hpp"

#include "scheduling/queue.hpp"

namespace trainyard::scheduling {
namespace {

class Priority final : public Policy {
 public:
  void arrived(const Candidate& candidate) override {
    queue_.add(candidate, -static_cast<double>(candidate.priority));
  }
  void withdrawn(std::size_t job) override { queue_.remove(job); }
  void serve(Floor& floor) override;
  [[nodiscard]] std::size_t waiting() const override { return queue_.size(); }

 private:
  Queue queue_;
};

// Starting jobs makes room for nobody: where one did not fit, none of its like does.
void Priority::serve(Floor& floor) {
  Scan scan(queue_);
  while (const Candidate* candidate = scan.next()) {
    if (start_any(floor, *candidate, candidate->choices, scan) != nullptr) {
      queue_.remove(candidate->job);
    } else {
      scan.close_lane();
    }
  }
}

}  // namespace

std::unique_ptr<Policy> priority(const Settings& /*settings*/) {
  return std::make_unique<Priority>();
}

}  // namespace trainyard::scheduling
