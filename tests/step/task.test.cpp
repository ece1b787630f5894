#include "step/task.hpp"

#include <catch2/catch.hpp>

#include "pipeline/schedule.hpp"
#include "support/examples.hpp"

namespace trainyard::step {
namespace {

using parallelism::Request;

Task language(Request request) {
  return examples::task(examples::small_language(), examples::dgx_h100(), std::move(request));
}

Request global_batch(std::int64_t samples, std::int64_t micro_batch) {
  Request request = examples::request(1, 1, 1);
  request.batch = {.micro_batch = micro_batch, .global_batch = samples};
  return request;
}

// All in one line, as a message would have it.
std::string text(const Objection& objection) {
  return objection.member + ": " + objection.message + "; " + objection.remedy;
}

std::string only(const std::vector<Objection>& objections) {
  REQUIRE(objections.size() == 1);
  return text(objections.front());
}

}  // namespace

TEST_CASE("a plan that divides everything has no objections", "[step]") {
  CHECK(objections(language(examples::request(8, 4, 16))).empty());
  CHECK(objections(language(examples::request(8, 4, 16)), 4).empty());
  CHECK(objections(language(global_batch(64, 2))).empty());
}

TEST_CASE("tensor parallelism must divide a node's accelerators", "[step]") {
  CHECK(only(objections(language(examples::request(3, 1, 4)))) ==
        "tensor: 3 does not divide 8 accelerators per node (dgx_h100); use 1, 2, 4 or 8?");
  CHECK(only(objections(language(examples::request(16, 1, 4)))) ==
        "tensor: 16 does not divide 8 accelerators per node (dgx_h100); use 1, 2, 4 or 8?");
}

TEST_CASE("tensor parallelism must divide the attention heads", "[step]") {
  Task task = language(examples::request(8, 1, 4));
  task.model.heads = 12;
  CHECK(only(objections(task)) ==
        "tensor: 8 does not divide 12 attention heads (small_language); use 1, 2 or 4?");
  task.model.heads = 7;
  CHECK(only(objections(task)) ==
        "tensor: 8 does not divide 7 attention heads (small_language); use 1?");
  task.model.heads = 2;
  CHECK(only(objections(task)) ==
        "tensor: 8 does not divide 2 attention heads (small_language); use 1 or 2?");
}

TEST_CASE("there are no more stages than layers", "[step]") {
  CHECK(only(objections(language(examples::request(1, 9, 4)))) ==
        "pipeline: 9 stages for 8 layers (small_language); use at most 8?");
}

TEST_CASE("the global batch is whole micro-batches", "[step]") {
  CHECK(only(objections(language(global_batch(50, 4)))) ==
        "global_batch: 50 samples are no whole number of micro-batches of 4; "
        "use a multiple of 4?");
}

TEST_CASE("the global batch divides over the replicas asked for", "[step]") {
  Request request = global_batch(48, 2);
  request.data = 5;
  CHECK(only(objections(language(request))) ==
        "global_batch: 24 micro-batches do not divide over 5 replicas; use a multiple of 10?");
}

TEST_CASE("an accelerator must compute in the precision asked for", "[step]") {
  Request request = examples::request(1, 1, 4);
  request.precision = hardware::Precision::fp8;
  Task task = language(request);
  const auto peak = [&](hardware::Precision precision) -> FlopsPerSecond& {
    return task.node.accelerator.peak[static_cast<std::size_t>(precision)];
  };
  peak(hardware::Precision::fp8) = FlopsPerSecond(0);
  CHECK(only(objections(task)) == "precision: h100_sxm does not compute in fp8; use bf16 or fp32?");
  task.request.precision = hardware::Precision::bf16;
  CHECK(objections(task).empty());
  peak(hardware::Precision::bf16) = FlopsPerSecond(0);
  CHECK(only(objections(task)) == "precision: h100_sxm does not compute in bf16; use fp32?");
}

TEST_CASE("fp8 needs bf16 besides, for attention", "[step]") {
  Request request = examples::request(1, 1, 4);
  request.precision = hardware::Precision::fp8;
  Task task = language(request);
  task.node.accelerator.peak[static_cast<std::size_t>(hardware::Precision::bf16)] =
      FlopsPerSecond(0);
  CHECK(only(objections(task)) == "precision: h100_sxm does not compute in bf16; use fp32?");
}

TEST_CASE("all objections are told at once", "[step]") {
  Request request = global_batch(50, 4);
  request.tensor = 3;
  request.pipeline = 9;
  const auto found = objections(language(request));
  REQUIRE(found.size() == 3);
  CHECK(found[0].member == "tensor");
  CHECK(found[1].member == "pipeline");
  CHECK(found[2].member == "global_batch");
}

TEST_CASE("a replica needs its accelerators", "[step]") {
  const Task task = language(examples::request(8, 4, 16));
  CHECK(only(objections(task, 3)) ==
        "pipeline: the plan takes 32 accelerators (tensor 8 x pipeline 4 x data 1), there are 24; "
        "use smaller degrees, or more chips");
  CHECK_FALSE(plan_on(task, 3));
  CHECK(plan_on(task, 4));
}

TEST_CASE("the replicas asked for need their accelerators", "[step]") {
  Request request = examples::request(8, 1, 4);
  request.data = 5;
  const Task task = language(request);
  CHECK(only(objections(task, 4)) ==
        "data: the plan takes 40 accelerators (tensor 8 x pipeline 1 x data 5), there are 32; "
        "use smaller degrees, or more chips");
  CHECK_FALSE(plan_on(task, 4));
}

// By hand: 8.03 B parameters of 2, 4 and 12 bytes; 32 blocks keep 8192 x 2 x (4 x 4096 + 2 x (4096
// + 1024) + 3 x 14336) bytes each, the head 8192 x (4 x 4096 + 4 x 128256); 94 % of 80 GB are
// there.
TEST_CASE("what does not fit memory says by how much and what would fit", "[step]") {
  const Task task =
      examples::task(examples::llama3_8b(), examples::dgx_h100(), examples::request(1, 1, 4));
  CHECK(only(objections(task, 1)) ==
        ": does not fit memory: stage 0 needs 185.4 GB of 75.2 GB per accelerator, 110.2 GB too "
        "much (parameters 16.06 GB, gradients 32.12 GB, optimizer 96.36 GB, activations 40.84 GB); "
        "\"pipeline\": 4 with \"recompute\": \"full\" would fit");
  CHECK_FALSE(plan_on(task, 1));
}

TEST_CASE("recomputation is the first remedy for memory where it is enough", "[step]") {
  Request request = examples::request(4, 1, 4);
  request.batch.micro_batch = 8;
  Task task = examples::task(examples::llama3_8b(), examples::dgx_h100(), request);
  CHECK(objections(task, 1).at(0).remedy == "\"recompute\": \"full\" would fit");
  task.request.recompute = parallelism::Recompute::full;
  CHECK(objections(task, 1).empty());
}

TEST_CASE("a model that nothing can make fit is told so", "[step]") {
  const Task task =
      examples::task(examples::llama3_405b(), examples::dgx_h100(), examples::request(8, 1, 4));
  CHECK(objections(task, 1).at(0).remedy ==
        "divide the model over more chips (tensor, pipeline) or choose chips with more memory");
}

TEST_CASE("the plan that a remedy names does fit, and no smaller change does", "[step]") {
  Task task =
      examples::task(examples::llama3_405b(), examples::dgx_h100(), examples::request(8, 4, 32));
  CHECK(objections(task, 64).at(0).remedy ==
        "\"pipeline\": 16 with \"recompute\": \"full\" would fit");
  const auto fits = [&](std::int64_t pipeline, parallelism::Recompute recompute) {
    task.request.pipeline = pipeline;
    task.request.recompute = recompute;
    return plan_on(task, 64).has_value();
  };
  CHECK(fits(16, parallelism::Recompute::full));
  CHECK_FALSE(fits(16, parallelism::Recompute::none));
  CHECK_FALSE(fits(8, parallelism::Recompute::full));
}

TEST_CASE("a Dojo die may spill to its part of the tray's memory, and no further", "[step]") {
  Request request = examples::request(5, 30, 1);
  request.order = parallelism::Order::tensor_pipeline_data;
  const Task fits = examples::task(examples::fsd_video(), examples::dojo_tray(), request);
  CHECK(objections(fits, 1).empty());
  CHECK(fullest_stage(fits, *plan_on(fits, 1)).memory.total() > Bytes(0.94 * 0.44e9));
  request.pipeline = 2;
  const Task spills = examples::task(examples::fsd_video(), examples::dojo_tray(), request);
  CHECK_FALSE(plan_on(spills, 1));
}

TEST_CASE("no plan is found where no replicas divide the global batch", "[step]") {
  CHECK_FALSE(plan_on(language(global_batch(7, 2)), 1));
  Request request = global_batch(48, 2);
  request.data = 5;
  CHECK_FALSE(plan_on(language(request), 1));
}

TEST_CASE("the fullest stage of 1F1B is the one that keeps most micro-batches", "[step]") {
  const Task task =
      examples::task(examples::llama3_8b(), examples::dgx_h100(), examples::request(1, 8, 16));
  const auto plan = parallelism::fill(task.request, 8);
  REQUIRE(plan);
  const StageMemory fullest = fullest_stage(task, *plan);
  for (std::int64_t stage = 0; stage < 8; ++stage) {
    CHECK(parallelism::memory(task.model, *plan, stage, 8 - stage).total() <=
          fullest.memory.total());
  }
  CHECK(fullest.stage == 0);
}

}  // namespace trainyard::step
