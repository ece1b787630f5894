#include "planner/search.hpp"

#include <array>

namespace trainyard::planner {
namespace {

using parallelism::Recompute;
using parallelism::Request;
using parallelism::Sharding;

constexpr std::array recomputes{Recompute::none, Recompute::selective, Recompute::full};
constexpr std::array shardings{Sharding::none, Sharding::optimizer, Sharding::parameters};
constexpr std::array<std::int64_t, 4> micro_batches{1, 2, 4, 8};

class Search {
 public:
  Search(const step::Task& task, std::int64_t nodes, std::int64_t global_batch)
      : task_(task), nodes_(nodes), global_batch_(global_batch) {}
  std::optional<Found> run();

 private:
  void degrees(std::int64_t tensor, std::int64_t pipeline);
  void consider(const Request& request);

  step::Task task_;
  std::int64_t nodes_;
  std::int64_t global_batch_;
  double best_rate_ = 0;  // samples a second
  std::optional<Found> best_;
  std::int64_t plans_ = 0;
};

void Search::consider(const Request& request) {
  task_.request = request;
  const auto plan = step::plan_on(task_, nodes_);
  if (!plan) return;
  ++plans_;
  const step::Estimate estimate = step::estimate(task_, *plan);
  const double rate = static_cast<double>(plan->samples()) / estimate.duration.value();
  constexpr double clearly = 1 + 1e-9;
  if (rate <= best_rate_ * clearly) return;
  best_rate_ = rate;
  best_ = Found{.request = request, .estimate = estimate};
}

void Search::degrees(std::int64_t tensor, std::int64_t pipeline) {
  Request request = task_.request;
  request.tensor = tensor;
  request.pipeline = pipeline;
  request.batch.micro_batches.reset();
  request.batch.global_batch = global_batch_;
  for (const std::int64_t micro_batch : micro_batches) {
    request.batch.micro_batch = micro_batch;
    if (global_batch_ % micro_batch != 0) continue;
    for (const Recompute recompute : recomputes) {
      request.recompute = recompute;
      for (const Sharding sharding : shardings) {
        request.sharding = sharding;
        task_.request = request;
        if (step::objections(task_).empty()) consider(request);
      }
    }
  }
}

std::optional<Found> Search::run() {
  const std::int64_t accelerators = step::working_nodes(task_, nodes_) * task_.node.accelerators;
  for (std::int64_t pipeline = 1; pipeline <= task_.model.blocks(); ++pipeline) {
    for (std::int64_t tensor = 1; tensor <= task_.node.accelerators; ++tensor) {
      if (task_.node.accelerators % tensor != 0 || task_.model.heads % tensor != 0) continue;
      if (tensor * pipeline > accelerators) continue;
      degrees(tensor, pipeline);
    }
  }
  if (best_) best_->plans = plans_;
  return best_;
}

}  // namespace

std::optional<Found> search(const step::Task& task, std::int64_t nodes, std::int64_t global_batch) {
  return Search(task, nodes, global_batch).run();
}

}  // namespace trainyard::planner
