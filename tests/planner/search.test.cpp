#include "planner/search.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "support/examples.hpp"

namespace trainyard::planner {
namespace {

using parallelism::Recompute;
using parallelism::Request;
using parallelism::Sharding;

constexpr std::int64_t nodes = 2;
constexpr std::int64_t global_batch = 32;

// Its states alone are 3 GB, so that chips of 2 GB must divide them.
step::Task task(double memory = 80e9) {
  step::Task task =
      examples::task(examples::small_language(), examples::dgx_h100(), examples::request(1, 1, 1));
  task.node.accelerator.memory.front().capacity = Bytes(memory);
  return task;
}

// Seconds of every plan that fits, those of stage counts that the search passes over included.
std::vector<double> all_plans(step::Task task) {
  std::vector<double> durations;
  Request& request = task.request;
  request.batch.micro_batches.reset();
  request.batch.global_batch = global_batch;
  for (request.pipeline = 1; request.pipeline <= task.model.blocks(); ++request.pipeline) {
    for (const std::int64_t tensor : {1, 2, 4, 8}) {
      for (const std::int64_t micro_batch : {1, 2, 4, 8}) {
        for (const Recompute recompute : {Recompute::none, Recompute::selective, Recompute::full}) {
          for (const Sharding sharding :
               {Sharding::none, Sharding::optimizer, Sharding::parameters}) {
            request.tensor = tensor;
            request.batch.micro_batch = micro_batch;
            request.recompute = recompute;
            request.sharding = sharding;
            if (!objections(task).empty()) continue;
            const auto plan = plan_on(task, nodes);
            if (plan) durations.push_back(estimate(task, *plan).duration.value());
          }
        }
      }
    }
  }
  return durations;
}

// The plan that was found, on the nodes.
parallelism::Plan plan_of(step::Task task, const Found& found) {
  task.request = found.request;
  CHECK(objections(task).empty());
  CHECK(objections(task, nodes).empty());
  const auto plan = plan_on(task, nodes);
  REQUIRE(plan);
  return *plan;
}

}  // namespace

TEST_CASE("no plan that fits is faster by estimate than the one found", "[planner]") {
  for (const double memory : {80e9, 2e9, 1e9}) {
    CAPTURE(memory);
    const auto found = search(task(memory), nodes, global_batch);
    REQUIRE(found);
    const std::vector<double> all = all_plans(task(memory));
    for (const double duration : all) {
      CHECK(found->estimate.duration.value() <= duration * (1 + 1e-9));
    }
    CHECK(found->plans > 0);
    CHECK(found->plans <= static_cast<std::int64_t>(all.size()));
  }
}

TEST_CASE("the estimate of the plan found is that of its request", "[planner]") {
  const auto found = search(task(), nodes, global_batch);
  REQUIRE(found);
  const parallelism::Plan plan = plan_of(task(), *found);
  step::Task again = task();
  again.request = found->request;
  CHECK(estimate(again, plan).duration == found->estimate.duration);
  CHECK(plan.samples() == global_batch);
}

TEST_CASE("what is found fits memory, however little there is", "[planner]") {
  std::int64_t before = 0;
  for (const double memory : {0.5e9, 1e9, 2e9, 4e9, 80e9}) {
    CAPTURE(memory);
    const auto found = search(task(memory), nodes, global_batch);
    REQUIRE(found);
    const parallelism::Plan plan = plan_of(task(memory), *found);
    step::Task again = task(memory);
    again.request = found->request;
    CHECK(fullest_stage(again, plan).memory.total() <= parallelism::capacity(again.node));
    // More memory, more plans.
    CHECK(found->plans >= before);
    before = found->plans;
  }
}

TEST_CASE("nothing is found where nothing fits", "[planner]") {
  CHECK_FALSE(search(task(20e6), nodes, global_batch));
  // Two ranks along the sequence on a node of one.
  step::Task alone = task();
  alone.node.accelerators = 1;
  alone.node.nics = 1;
  alone.request.context = 2;
  CHECK_FALSE(search(alone, 1, global_batch));
  CHECK(search(alone, 2, global_batch));
}

TEST_CASE("a search finds the same again", "[planner]") {
  const auto one = search(task(2e9), nodes, global_batch);
  const auto other = search(task(2e9), nodes, global_batch);
  REQUIRE(one);
  REQUIRE(other);
  CHECK(one->request.tensor == other->request.tensor);
  CHECK(one->request.pipeline == other->request.pipeline);
  CHECK(one->request.batch.micro_batch == other->request.batch.micro_batch);
  CHECK(one->request.recompute == other->request.recompute);
  CHECK(one->request.sharding == other->request.sharding);
  CHECK(one->estimate.duration == other->estimate.duration);
  CHECK(one->plans == other->plans);
}

TEST_CASE("what a request says besides stays", "[planner]") {
  step::Task asked = task();
  Request& request = asked.request;
  request.schedule = "gpipe";
  request.precision = hardware::Precision::fp8;
  request.gradient_precision = hardware::Precision::bf16;
  request.context = 2;
  request.context_kind = parallelism::Context::all_gather;
  request.algorithms.gradients = "hierarchical";
  request.overlap_gradients = false;
  request.bucket = Bytes(1e6);
  const auto found = search(asked, nodes, global_batch);
  REQUIRE(found);
  CHECK(found->request.schedule == "gpipe");
  CHECK(found->request.precision == hardware::Precision::fp8);
  CHECK(found->request.gradient_precision == hardware::Precision::bf16);
  CHECK(found->request.context == 2);
  CHECK(found->request.context_kind == parallelism::Context::all_gather);
  CHECK(found->request.algorithms.gradients == "hierarchical");
  CHECK_FALSE(found->request.overlap_gradients);
  CHECK(found->request.bucket == Bytes(1e6));
}

TEST_CASE("the replicas a request asks for stay", "[planner]") {
  step::Task asked = task();
  asked.request.data = 4;
  const auto found = search(asked, nodes, global_batch);
  REQUIRE(found);
  CHECK(found->request.data == 4);
  CHECK(plan_of(asked, *found).data == 4);
}

TEST_CASE("what a request says of tensor and pipeline degrees and batch is searched", "[planner]") {
  step::Task asked = task();
  asked.request = examples::request(8, 4, 3);
  asked.request.recompute = Recompute::full;
  asked.request.sharding = Sharding::parameters;
  const auto found = search(asked, nodes, global_batch);
  const auto free = search(task(), nodes, global_batch);
  REQUIRE(found);
  REQUIRE(free);
  CHECK(found->estimate.duration == free->estimate.duration);
  CHECK(found->plans == free->plans);
  CHECK(found->request.batch.global_batch == global_batch);
  CHECK_FALSE(found->request.batch.micro_batches);
  CHECK_FALSE(found->request.data);
}

// One sample goes to one replica, which nobody can share anything with.
TEST_CASE("of equal plans the one that shards and recomputes least is found", "[planner]") {
  const auto found = search(task(), nodes, 1);
  REQUIRE(found);
  CHECK(plan_of(task(), *found).data == 1);
  CHECK(found->request.sharding == Sharding::none);
  CHECK(found->request.recompute == Recompute::none);
}

TEST_CASE("dead nodes are not planned with", "[planner]") {
  step::Task broken = task();
  broken.faults.nodes = {{.node = 1, .speed = 0}};
  const auto found = search(broken, 2, global_batch);
  const auto fewer = search(task(), 1, global_batch);
  REQUIRE(found);
  REQUIRE(fewer);
  CHECK(found->estimate.duration == fewer->estimate.duration);
  CHECK(found->plans == fewer->plans);
}

}  // namespace trainyard::planner
