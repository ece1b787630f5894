#include "step/task.hpp"

#include <catch2/catch.hpp>

#include "pipeline/schedule.hpp"
#include "support/examples.hpp"

namespace trainyard::step {
namespace {

using parallelism::Memory;
using parallelism::Request;

Task language(Request request) {
  return examples::task(examples::small_language(), examples::dgx_h100(), std::move(request));
}

Request global_batch(std::int64_t samples, std::int64_t micro_batch) {
  Request request = examples::request(1, 1, 1);
  request.batch = {.micro_batch = micro_batch, .global_batch = samples};
  return request;
}

Task mixture(Request request) {
  return examples::task(examples::small_mixture(), examples::dgx_h100(), std::move(request));
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

TEST_CASE("ends that count make room for two stages more", "[step]") {
  Request request = examples::request(1, 10, 4);
  request.count_ends = true;
  Task task = language(request);
  CHECK(objections(task).empty());
  task.request.pipeline = 11;
  CHECK(only(objections(task)) ==
        "pipeline: 11 stages for 8 layers (small_language); use at most 10?");
}

TEST_CASE("pieces of the model are counted where a stage holds several", "[step]") {
  Request request = examples::request(1, 4, 4);
  request.schedule = "interleaved";
  request.chunks = 3;
  CHECK(only(objections(language(request))) ==
        "pipeline: 12 pieces for 8 layers (small_language); use at most 8?");
}

TEST_CASE("layers that are given are one number for each piece and all of them", "[step]") {
  Request request = examples::request(1, 4, 4);
  request.layers = {2, 2, 4};
  CHECK(only(objections(language(request))) ==
        "layers: 3 numbers for 4 pieces of the model; give one number for each stage (and chunk)");
  request.layers = {2, 2, 3, 2};
  CHECK(only(objections(language(request))) ==
        "layers: they sum to 9, small_language has 8 layers; make them sum to that");
  request.layers = {1, 3, 3, 1};
  CHECK(objections(language(request)).empty());
}

TEST_CASE("a schedule says why it does not exist for a shape", "[step]") {
  Request request = examples::request(1, 4, 4);
  request.chunks = 2;
  CHECK(only(objections(language(request))) ==
        "schedule: this schedule puts one chunk on each stage, not 2; use interleaved or 1?");
  request.schedule = "interleaved";
  request.batch.micro_batches = 6;
  CHECK(only(objections(language(request))) ==
        "schedule: interleaved 1F1B needs micro-batches (6) in multiples of the stages (4); use 4 "
        "or 8?");
  request.schedule = "dualpipe";
  CHECK(only(objections(language(request))) ==
        "schedule: dualpipe needs two micro-batches for each of the 4 stages, not 6; use 8?");
}

TEST_CASE("a rendezvous is for stages that hold one piece", "[step]") {
  for (const pipeline::ScheduleRow& schedule : pipeline::schedules()) {
    Request request = examples::request(1, 4, 8);
    request.schedule = schedule.name;
    if (schedule.layout == pipeline::Layout::looped) request.chunks = 2;
    if (schedule.layout == pipeline::Layout::vee) request.chunks = 2;
    request.sends = parallelism::Sends::rendezvous;
    if (schedule.layout == pipeline::Layout::straight) {
      CHECK(objections(language(request)).empty());
      continue;
    }
    CHECK(only(objections(language(request))) ==
          "sends: stages that hold several pieces would wait for each other in circles (" +
              request.schedule + "); use \"buffered\"");
    request.sends = parallelism::Sends::buffered;
    CHECK(objections(language(request)).empty());
  }
}

TEST_CASE("a schedule may object only once the replicas of a global batch are known", "[step]") {
  Request request = global_batch(24, 1);
  request.pipeline = 4;
  request.schedule = "interleaved";
  request.chunks = 2;
  const Task task = language(request);
  CHECK(objections(task).empty());
  CHECK(only(objections(task, 2)) ==
        "schedule: interleaved 1F1B needs micro-batches (6) in multiples of the stages (4); use 4 "
        "or 8?");
  CHECK_FALSE(plan_on(task, 2));
  CHECK(plan_on(task, 1));
}

TEST_CASE("heads that are exchanged for tokens divide over the ranks of the sequence", "[step]") {
  Request request = examples::request(2, 1, 4);
  request.context = 8;
  request.context_kind = parallelism::Context::ulysses;
  CHECK(only(objections(language(request))) ==
        "context: ulysses exchanges tokens for heads, and 8 does not divide the 4 key and value "
        "heads of a tensor rank (small_language); use a divisor, or \"context_kind\": \"ring\"");
  request.context = 4;
  CHECK(objections(language(request)).empty());
  request.context_kind = parallelism::Context::ring;
  request.context = 8;
  CHECK(objections(language(request)).empty());
}

// Llama 3 (arXiv 2407.21783, section 3.3.2): 2 x CP chunks, one early and one late to each rank.
TEST_CASE("a causal sequence divides into two halves for each of its ranks", "[step]") {
  Request request = examples::request(1, 1, 4);
  request.context = 3;
  CHECK(only(objections(language(request))) ==
        "context: 2048 tokens do not divide into 3 parts of two halves each, as a causal mask is "
        "shared out; use another degree");
}

TEST_CASE("only a model with experts divides them, whole ones to each rank", "[step]") {
  Request request = examples::request(1, 1, 4);
  request.expert = 4;
  CHECK(only(objections(language(request))) == "expert: small_language has no experts; use 1");
  CHECK(objections(mixture(request)).empty());
  request.tensor = 4;
  CHECK(only(objections(mixture(request))) ==
        "expert: tensor 4 x expert 4 ranks do not divide 8 experts (small_mixture), whole ones to "
        "each; use degrees whose product is a divisor");
}

TEST_CASE("experts need the tokens divided over tensor ranks", "[step]") {
  Request request = examples::request(2, 1, 4);
  request.sequence_parallel = false;
  CHECK(only(objections(mixture(request))) ==
        "sequence_parallel: experts take each token once, so tensor ranks must divide the tokens; "
        "leave it on, or use \"tensor\": 1");
  CHECK(objections(language(request)).empty());
}

TEST_CASE("hybrid sharding needs sharding, and no expert parallelism", "[step]") {
  Request request = examples::request(1, 1, 4);
  request.shard_over = 4;
  CHECK(only(objections(language(request))) == "shard_over: nothing is sharded; add \"sharding\"");
  request.sharding = parallelism::Sharding::parameters;
  CHECK(objections(language(request)).empty());
  request.expert = 2;
  CHECK(only(objections(mixture(request))) ==
        "shard_over: hybrid sharding and experts do not go together; leave "
        "\"shard_over\" out");
}

TEST_CASE("pipelines shard what frameworks shard in them", "[step]") {
  Request request = examples::request(1, 4, 8);
  for (const auto sharding :
       {parallelism::Sharding::optimizer, parallelism::Sharding::parameters}) {
    request.sharding = sharding;
    CHECK(objections(language(request)).empty());
  }
  request.sharding = parallelism::Sharding::gradients;
  CHECK(only(objections(language(request))) ==
        "sharding: gradients that are sharded must be summed after every micro-batch, which "
        "pipelines do not wait for (DeepSpeed refuses it); use \"optimizer\", or \"parameters\" "
        "as FSDP does");
  request.sharding = parallelism::Sharding::parameters;
  request.schedule = "dualpipe";
  CHECK(only(objections(language(request))) ==
        "sharding: dualpipe keeps two copies of gradients and parameters; no framework shards "
        "them; use \"optimizer\" or \"none\"");
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

TEST_CASE("ranks of the sequence are counted among the accelerators", "[step]") {
  Request request = examples::request(2, 2, 4);
  request.context = 4;
  request.data = 2;
  CHECK(only(objections(language(request), 3)) ==
        "data: the plan takes 32 accelerators (tensor 2 x pipeline 2 x context 4 x data 2), there "
        "are 24; use smaller degrees, or more chips");
}

TEST_CASE("peers must make whole groups", "[step]") {
  Request request = examples::request(8, 1, 4);
  request.sharding = parallelism::Sharding::parameters;
  request.shard_over = 4;
  CHECK(only(objections(language(request), 3)) ==
        "shard_over: up to 3 replicas make no whole groups of 4 peers; use smaller "
        "degrees, or more chips");
  CHECK_FALSE(plan_on(language(request), 3));
  CHECK(plan_on(language(request), 4));
}

TEST_CASE("a network has room for so many nodes", "[step]") {
  Task task = language(examples::request(1, 1, 4));
  task.node.scale_out.kind = "torus";
  task.node.scale_out.shape = {2, 2};
  CHECK(only(objections(task, 5)) ==
        ": 5 nodes, but rail_optimised joins at most 4; use fewer chips, or another fabric");
  CHECK_FALSE(plan_on(task, 5));
  CHECK(plan_on(task, 4));
}

TEST_CASE("faults are of what is there", "[step]") {
  Task task = language(examples::request(1, 1, 4));
  task.faults.nodes = {{.node = 4, .speed = 0.5}};
  CHECK(only(objections(task, 4)) == "../faults: there is no node 4, they are numbered 0 to 3; ");
  CHECK(objections(task, 5).empty());
  task.faults.nodes = {{.node = 0, .speed = 0}};
  CHECK(only(objections(task, 1)) == "../faults: all nodes are dead; ");
}

TEST_CASE("dead nodes work for nobody", "[step]") {
  Request request = examples::request(8, 1, 4);
  request.data = 3;
  Task task = language(request);
  task.faults.nodes = {{.node = 1, .speed = 0}, {.node = 0, .speed = 0.5}};
  CHECK(working_nodes(task, 3) == 2);
  CHECK(only(objections(task, 3)) ==
        "data: the plan takes 24 accelerators (tensor 8 x pipeline 1 x data 3), there are 16; use "
        "smaller degrees, or more chips");
  CHECK(plan_on(task, 4));
}

TEST_CASE("a collective alone asks for chips and nothing else", "[step]") {
  Task task = language(examples::request(1, 1, 1));
  task.model = {};
  task.exchange = Exchange{.buffer = Bytes(1e9)};
  CHECK(objections(task).empty());
  CHECK(objections(task, 2).empty());
  CHECK(plan_on(task, 2)->ranks() == 16);
}

// By hand: 8.03 B parameters of 2, 4 and 12 bytes; 32 blocks keep 8192 x (2 x (4 x 4096 + 2 x (4096
// + 1024) + 3 x 14336) + 4 x 32) bytes each, the head 8192 x (4 x 4096 + 4 x 128256); 94 % of 80 GB
// are there.
TEST_CASE("what does not fit memory says by how much and what would fit", "[step]") {
  const Task task =
      examples::task(examples::llama3_8b(), examples::dgx_h100(), examples::request(1, 1, 4));
  CHECK(only(objections(task, 1)) ==
        ": does not fit memory: stage 0 needs 185.4 GB of 75.2 GB per accelerator, 110.2 GB too "
        "much (parameters 16.06 GB, gradients 32.12 GB, optimizer 96.36 GB, activations 40.88 GB); "
        "\"sharding\": \"parameters\" would fit");
  CHECK_FALSE(plan_on(task, 1));
}

TEST_CASE("a plan that shards already is told to take more stages", "[step]") {
  Request request = examples::request(1, 1, 4);
  request.data = 1;
  const Task task = examples::task(examples::llama3_8b(), examples::dgx_h100(), request);
  CHECK(objections(task, 1).at(0).remedy ==
        "\"pipeline\": 4 with \"recompute\": \"full\" would fit");
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
    const Memory memory = stage_memory(task, *plan, stage);
    CHECK(memory.total() <= fullest.memory.total());
    CHECK(memory.activations > Bytes(0));
  }
  CHECK(fullest.stage == 0);
}

}  // namespace trainyard::step
