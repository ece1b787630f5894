#include "parallelism/memory.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "support/examples.hpp"

namespace trainyard::parallelism {
namespace {

using hardware::Precision;

Plan plan(std::int64_t tensor, std::int64_t pipeline) {
  return *fill(examples::request(tensor, pipeline, 8), tensor * pipeline);
}

// Of a stage that holds one piece.
Memory of_stage(const model::Model& model, const Plan& plan, std::int64_t stage,
                std::int64_t in_flight) {
  const Held held{stage, plan.pipeline(), in_flight};
  return memory(model, plan, {&held, 1});
}

// With everything that a rank would hold of a model without parallelism.
Memory of_whole(const model::Model& model, const Plan& plan) {
  return of_stage(model, plan, 0, 1);
}

// `peers` ranks that hold the same.
Plan shared(Sharding sharding, std::int64_t peers) {
  Request request = examples::request(1, 1, 8);
  request.sharding = sharding;
  return *fill(request, peers);
}

// As in Korthikanti et al.: unfused attention, dropout.
model::Model megatron(std::int64_t heads, std::int64_t hidden) {
  return build(model::DenseTransformer{.layers = 4,
                                       .hidden = hidden,
                                       .heads = heads,
                                       .kv_heads = heads,
                                       .head_size = hidden / heads,
                                       .ffn = 4 * hidden,
                                       .vocabulary = 51200,
                                       .tied_head = true,
                                       .sequence = 2048,
                                       .attention = model::AttentionKernel::unfused,
                                       .dropout = true});
}

// Near memory 100 bytes (94 usable), as much again in shared memory for each of two accelerators.
hardware::Node tiny_node() {
  hardware::Node node = examples::dojo_tray();
  node.accelerators = 2;
  node.accelerator.memory = {{"sram", Bytes(60), BytesPerSecond(1)},
                             {"more", Bytes(40), BytesPerSecond(1)}};
  node.accelerator.kernel.memory_efficiency = 0.5;
  node.shared_memory = {Bytes(200), BytesPerSecond(80)};
  return node;
}

Streaming stream(Memory memory, std::int64_t in_flight = 1) {
  return streaming(memory, tiny_node(), in_flight);
}

}  // namespace

// Rajbhandari et al., ZeRO, arXiv 1910.02054, section 3.1 has 16 bytes with gradients in fp16; they
// are summed in fp32 unless asked for otherwise: 18.
TEST_CASE("mixed-precision Adam keeps 18 bytes a parameter", "[parallelism]") {
  const model::Model model = examples::llama3_8b();
  const double count = model::parameters(model);
  for (const Precision precision : {Precision::bf16, Precision::fp8}) {
    Plan one = plan(1, 1);
    one.request.precision = precision;
    const Memory memory = of_whole(model, one);
    CHECK(memory.parameters.value() == 2 * count);
    CHECK(memory.gradients.value() == 4 * count);
    CHECK(memory.optimizer.value() == 12 * count);
    one.request.gradient_precision = Precision::bf16;
    CHECK(of_whole(model, one).gradients.value() == 2 * count);
  }
}

TEST_CASE("Adam in fp32 keeps 16 bytes a parameter", "[parallelism]") {
  Plan one = plan(1, 1);
  one.request.precision = Precision::fp32;
  const model::Model model = examples::llama3_8b();
  const Memory memory = of_whole(model, one);
  CHECK((memory.parameters + memory.gradients + memory.optimizer).value() ==
        16 * model::parameters(model));
  CHECK(memory.gradients == memory.parameters);
  one.request.gradient_precision = Precision::bf16;
  CHECK(of_whole(model, one).gradients == memory.gradients);
}

// Rajbhandari et al., figure 1: 7.5 B parameters, 64 accelerators, gradients in 16 bits. By hand,
// with 7.5 GB: 16; 4 + 12/64; 2 + 14/64. The third stage is 16/64 (1.9 GB) there; here it is FSDP,
// whose fp32 weights are the parameters, so that none in 16 bits are kept besides: 14/64.
TEST_CASE("ZeRO's stages keep what its figure 1 says, but for a second copy of sharded weights",
          "[parallelism]") {
  model::Model model;
  model.entry.parameters = 7.5e9;
  model.kinds.emplace_back();
  model.order = {0};
  struct Row {
    Sharding sharding;
    double exact;      // GB
    double published;  // GB
  };
  for (const Row& row :
       {Row{Sharding::none, 120, 120}, Row{Sharding::optimizer, 7.5 * (4 + 12.0 / 64), 31.4},
        Row{Sharding::gradients, 7.5 * (2 + 14.0 / 64), 16.6},
        Row{Sharding::parameters, 7.5 * 14.0 / 64, 1.9 - 7.5 * 2.0 / 64}}) {
    Plan plan = shared(row.sharding, 64);
    plan.request.gradient_precision = Precision::bf16;
    // The figure leaves out what is gathered for the layer being computed.
    const Memory memory = of_whole(model, plan);
    const double total = (memory.total() - memory.working).value() / 1e9;
    CHECK(total == Approx(row.exact).epsilon(1e-12));
    CHECK(total == Approx(row.published).margin(0.051));  // one digit is printed
  }
}

TEST_CASE("each stage of ZeRO divides one thing more over the peers", "[parallelism]") {
  const model::Model model = examples::llama3_8b();
  const Memory whole = of_whole(model, shared(Sharding::none, 16));
  const Memory first = of_whole(model, shared(Sharding::optimizer, 16));
  const Memory second = of_whole(model, shared(Sharding::gradients, 16));
  const Memory third = of_whole(model, shared(Sharding::parameters, 16));
  CHECK(first.optimizer == whole.optimizer / 16);
  CHECK(first.gradients == whole.gradients);
  CHECK(second.optimizer == first.optimizer);
  CHECK(second.gradients == whole.gradients / 16);
  CHECK(second.parameters == whole.parameters);
  CHECK(third.gradients == second.gradients);
  // In fp32, and the optimizer's own copy of them is these.
  CHECK(third.parameters == whole.parameters * 2 / 16);
  CHECK(third.optimizer.value() == Approx(whole.optimizer.value() * 8 / 12 / 16).epsilon(1e-14));
  for (const Memory& memory : {first, second, third}) {
    CHECK(memory.activations == whole.activations);
  }
}

TEST_CASE("hybrid sharding divides over a group, however many peers there are", "[parallelism]") {
  const model::Model model = examples::llama3_8b();
  Plan hybrid = shared(Sharding::parameters, 64);
  hybrid.request.shard_over = 8;
  const Memory all = of_whole(model, shared(Sharding::parameters, 8));
  const Memory group = of_whole(model, hybrid);
  CHECK(group.parameters == all.parameters);
  CHECK(group.gradients == all.gradients);
  CHECK(group.optimizer == all.optimizer);
}

// Zhao et al., FSDP, arXiv 2304.11277, section 4.3: one unit whole while it computes, the next one
// gathered ahead.
TEST_CASE("sharded parameters are whole for the layer computed and the one gathered ahead",
          "[parallelism]") {
  const model::Model model = examples::llama3_405b();
  const double largest = model.kinds[0].parameters;
  Plan plan = shared(Sharding::parameters, 1024);
  CHECK(of_whole(model, plan).working.value() == Approx(largest * (2 * 2 + 4)).epsilon(1e-12));
  plan.request.overlap_parameters = false;
  CHECK(of_whole(model, plan).working.value() == Approx(largest * (2 + 4)).epsilon(1e-12));
  CHECK(of_whole(model, shared(Sharding::gradients, 1024)).working == Bytes(0));
}

TEST_CASE("parameters that are not given up are whole besides their shard", "[parallelism]") {
  const model::Model model = examples::llama3_8b();
  Plan plan = shared(Sharding::parameters, 64);
  plan.request.reshard = false;
  const Memory memory = of_whole(model, plan);
  CHECK(memory.working.value() >= 2 * model::parameters(model));
  CHECK(memory.parameters.value() == Approx(4 * model::parameters(model) / 64).epsilon(1e-12));
}

TEST_CASE("the parameters of all stages and tensor ranks are the model's", "[parallelism]") {
  const model::Model model = examples::llama3_405b();
  for (const std::int64_t pipeline : {1, 4, 16}) {
    Bytes sum;
    for (std::int64_t stage = 0; stage < pipeline; ++stage) {
      sum += of_stage(model, plan(8, pipeline), stage, 1).parameters * 8;
    }
    CHECK(sum.value() == Approx(2 * model::parameters(model)).epsilon(1e-12));
  }
}

TEST_CASE("the last stage keeps a copy of the embedding for a tied head", "[parallelism]") {
  const model::Model model = examples::gpt3_175b();
  for (const std::int64_t pipeline : {1, 2, 4}) {
    double sum = 0;
    for (std::int64_t stage = 0; stage < pipeline; ++stage) {
      sum += of_stage(model, plan(8, pipeline), stage, 1).parameters.value() / 2 * 8;
    }
    const double copies = pipeline == 1 ? 0 : model.entry.parameters;
    CHECK(sum == Approx(model::parameters(model) + copies).epsilon(1e-12));
  }
}

TEST_CASE("a stage that holds both ends needs no second embedding", "[parallelism]") {
  const model::Model model = examples::gpt3_175b();
  const Held vee[]{{0, 8, 1}, {7, 8, 1}};
  const Held last[]{{7, 8, 1}};
  const Held middle[]{{3, 8, 1}, {4, 8, 1}};
  CHECK_FALSE(holds_tied_copy(model, vee));
  CHECK(holds_tied_copy(model, last));
  CHECK_FALSE(holds_tied_copy(model, middle));
  CHECK_FALSE(holds_tied_copy(examples::llama3_8b(), last));
}

TEST_CASE("experts divide over tensor and expert ranks, the rest over tensor ranks",
          "[parallelism]") {
  const model::Model model = examples::small_mixture();
  const auto sum = [&](std::int64_t tensor, std::int64_t expert) {
    Request request = examples::request(tensor, 1, 8);
    request.expert = expert;
    const Held all{};
    return parameters(model, request, {&all, 1});
  };
  const Parameters whole = sum(1, 1);
  CHECK(whole.experts == 2 * 8 * 2.0 * 1024 * 2048);
  CHECK(whole.all() == model::parameters(model));
  const Parameters part = sum(2, 4);
  CHECK(part.trained == whole.trained / 2);
  CHECK(part.experts == whole.experts / 8);
  CHECK(sum(1, 8).experts == whole.experts / 8);
}

TEST_CASE("sharded experts divide over those that hold the same ones", "[parallelism]") {
  const model::Model model = examples::small_mixture();
  Request request = examples::request(1, 1, 8);
  request.expert = 4;
  request.sharding = Sharding::optimizer;
  const Plan plan = *fill(request, 32);
  const Held all{};
  const Parameters one = parameters(model, request, {&all, 1});
  CHECK(memory(model, plan, {&all, 1}).optimizer.value() ==
        Approx(12 * (one.trained / 32 + one.experts / 8)).epsilon(1e-12));
}

TEST_CASE("frozen weights have neither gradients nor optimizer states", "[parallelism]") {
  model::Model model = examples::small_language();
  for (model::Layer& kind : model.kinds) kind.frozen_parameters = kind.parameters * 0.99;
  const double frozen = 8 * model.kinds[0].frozen_parameters;
  const double trained = model::parameters(model) - frozen;
  const Memory memory = of_whole(model, plan(1, 1));
  CHECK(memory.parameters.value() == Approx(2 * model::parameters(model)).epsilon(1e-12));
  CHECK(memory.gradients.value() == Approx(4 * trained).epsilon(1e-12));
  CHECK(memory.optimizer.value() == Approx(12 * trained).epsilon(1e-12));
  const Memory shards = of_whole(model, shared(Sharding::parameters, 8));
  CHECK(shards.parameters.value() == Approx((4 * trained + 2 * frozen) / 8).epsilon(1e-12));
}

// Korthikanti et al., arXiv 2205.05198, table 2, for their models of 175 B and 1 T (table 3), where
// 5 a s / h is 80 and 64.
TEST_CASE("a layer keeps the activations that Korthikanti et al. count", "[parallelism]") {
  struct Shape {
    std::int64_t heads;
    std::int64_t hidden;
    double scores;
  };
  for (const Shape& shape : {Shape{96, 12288, 80}, Shape{160, 25600, 64}}) {
    const model::Model model = megatron(shape.heads, shape.hidden);
    const double sbh = 2048.0 * static_cast<double>(shape.hidden);
    for (const double t : {1.0, 8.0}) {
      Plan plan = parallelism::plan(static_cast<std::int64_t>(t), 4);  // one layer a stage
      const auto kept = [&](Recompute recompute) {
        plan.request.recompute = recompute;
        return of_stage(model, plan, 1, 1).activations.value() / sbh;
      };
      CHECK(kept(Recompute::none) == Approx((34 + shape.scores) / t).epsilon(1e-12));
      CHECK(kept(Recompute::selective) == Approx(34 / t).epsilon(1e-12));
      plan.request.sequence_parallel = false;
      CHECK(kept(Recompute::none) == Approx(10 + 24 / t + shape.scores / t).epsilon(1e-12));
      CHECK(kept(Recompute::selective) == Approx(10 + 24 / t).epsilon(1e-12));
      CHECK(kept(Recompute::full) == Approx(2).epsilon(1e-12));
      CHECK(stored(model.kinds[0], plan).value() / sbh ==
            Approx(10 + (24 + shape.scores) / t).epsilon(1e-12));
    }
  }
}

TEST_CASE("selective recomputation works on one layer's scores at a time", "[parallelism]") {
  const model::Model model = megatron(96, 12288);
  Plan selective = plan(8, 2);
  selective.request.recompute = Recompute::selective;
  CHECK(of_stage(model, selective, 0, 3).working.value() ==
        Approx(80 * 2048.0 * 12288 / 8).epsilon(1e-12));
}

// Korthikanti et al., equation 4: 34 s b h / t, but without masks of dropout (2) and with a
// statistic of four bytes for each head and row instead of scores.
TEST_CASE("with fused attention a GPT block keeps no scores", "[parallelism]") {
  const model::Model model = examples::gpt3_175b();
  const double kept = 32 * 2048.0 * 12288 + 4 * 2048.0 * 96;
  const Plan divided = plan(8, 96);  // one block a stage
  CHECK(of_stage(model, divided, 50, 1).activations.value() == Approx(kept / 8).epsilon(1e-12));
  CHECK(of_stage(model, divided, 50, 3).activations.value() == Approx(3 * kept / 8).epsilon(1e-12));
}

// As Megatron-Core does: outputs of both norms (2 + 2 s b h) and of the activation (8) made again.
TEST_CASE("with fused attention selective recomputation forgets norms and activations",
          "[parallelism]") {
  const model::Model model = examples::gpt3_175b();
  const double sbh = 2048.0 * 12288;
  Plan selective = plan(8, 96);
  selective.request.recompute = Recompute::selective;
  const Memory memory = of_stage(model, selective, 50, 1);
  CHECK(memory.activations.value() == Approx((20 * sbh + 4 * 2048.0 * 96) / 8).epsilon(1e-12));
  CHECK(memory.working.value() == Approx(12 * sbh / 8).epsilon(1e-12));
}

TEST_CASE("activations grow with the micro-batch and shrink with the ranks of a sequence",
          "[parallelism]") {
  const model::Model model = examples::gpt3_175b();
  const Bytes one = of_stage(model, plan(8, 96), 50, 1).activations;
  Plan two = plan(8, 96);
  two.request.batch.micro_batch = 2;
  CHECK(of_stage(model, two, 50, 1).activations == one * 2);
  two.request.context = 4;
  CHECK(of_stage(model, two, 50, 1).activations == one / 2);
}

TEST_CASE("only what the experts keep grows with their load", "[parallelism]") {
  const model::Model model = examples::small_mixture();
  Plan even = plan(1, 1);
  Plan uneven = even;
  uneven.request.expert_load = 1.5;
  double experts = 0;
  for (const model::Operator& op : model.kinds[static_cast<std::size_t>(model.order[1])].operators)
    if (op.expert) experts += op.stored.value();
  REQUIRE(experts > 0);
  const double more =
      (of_whole(model, uneven).activations - of_whole(model, even).activations).value();
  CHECK(more == Approx(2 * experts / 2).epsilon(1e-12));  // two such layers
}

TEST_CASE("full recomputation keeps only each layer's input, and one layer to work on",
          "[parallelism]") {
  const model::Model model = examples::gpt3_175b();
  const double sbh = 2048.0 * 12288;
  Plan again = plan(8, 48);  // two blocks a stage
  again.request.recompute = Recompute::full;
  const Memory memory = of_stage(model, again, 20, 5);
  CHECK(memory.activations.value() == 2 * 5 * 2 * sbh / 8);
  CHECK(memory.working == of_stage(model, plan(8, 96), 50, 1).activations);
  CHECK(of_stage(model, plan(8, 48), 20, 5).working == Bytes(0));
}

TEST_CASE("each chunk of a stage keeps as many micro-batches as are in flight in it",
          "[parallelism]") {
  const model::Model model = examples::llama3_8b();
  const Plan two = plan(1, 2);
  const auto kept = [&](std::vector<Held> stage) {
    return memory(model, two, stage).activations.value();
  };
  const double early = kept({{1, 8, 1}});
  const double late = kept({{7, 8, 1}});
  CHECK(late > early);  // the head
  CHECK(kept({{1, 8, 3}, {7, 8, 1}}) == Approx(3 * early + late).epsilon(1e-12));
  CHECK(kept({{1, 8, 0}, {7, 8, 2}}) == Approx(2 * late).epsilon(1e-12));
}

TEST_CASE("embedding and head weigh on the first and the last stage", "[parallelism]") {
  const model::Model model = examples::llama3_8b();
  const Plan four = plan(1, 4);
  const Memory middle = of_stage(model, four, 1, 1);
  CHECK((of_stage(model, four, 0, 1).parameters - middle.parameters).value() ==
        2 * model.entry.parameters);
  CHECK((of_stage(model, four, 3, 1).parameters - middle.parameters).value() ==
        2 * model.exit.parameters);
  const Bytes head = stored(model.exit, four);
  CHECK(head > Bytes(0));
  CHECK((of_stage(model, four, 3, 1).activations - middle.activations).value() ==
        Approx(head.value()).epsilon(1e-12));
}

TEST_CASE("6 % of memory stays free", "[parallelism]") {
  CHECK(capacity(examples::dgx_h100()).value() == Approx(0.94 * 80e9).epsilon(1e-15));
}

TEST_CASE("an accelerator's capacity includes its part of shared memory", "[parallelism]") {
  CHECK(capacity(examples::dojo_tray()).value() ==
        Approx(0.94 * (0.44e9 + 640e9 / 150)).epsilon(1e-15));
  CHECK(capacity(tiny_node()).value() == Approx(0.94 * 200).epsilon(1e-15));
}

TEST_CASE("an accelerator streams with its part of the shared bandwidth", "[parallelism]") {
  CHECK(streaming_bandwidth(tiny_node()) == BytesPerSecond(80 * 0.5 / 2));
  CHECK(streaming_bandwidth(examples::dgx_h100()) == BytesPerSecond(0));
}

TEST_CASE("nothing streams where everything fits near the cores", "[parallelism]") {
  const Streaming none = stream({Bytes(10), Bytes(20), Bytes(30), Bytes(20), Bytes(14)});
  CHECK(none.forward == Bytes(0));
  CHECK(none.backward == Bytes(0));
  CHECK(none.optimizer == Bytes(0));
}

TEST_CASE("optimizer states are the first to be streamed, read and written once a step",
          "[parallelism]") {
  const Streaming some = stream({Bytes(10), Bytes(20), Bytes(40), Bytes(20), Bytes(14)});
  CHECK(some.forward == Bytes(0));
  CHECK(some.backward == Bytes(0));
  CHECK(some.optimizer.value() == Approx(2 * 10).epsilon(1e-12));
}

TEST_CASE("activations are the next to be streamed, written forward, read backward",
          "[parallelism]") {
  const Streaming some = stream({Bytes(10), Bytes(20), Bytes(40), Bytes(60), Bytes(14)}, 2);
  // 94 - 14 - 10 - 20 = 50 are left for 60 of two micro-batches.
  CHECK(some.forward.value() == Approx(10.0 / 2).epsilon(1e-12));
  CHECK(some.backward.value() == Approx(10.0 / 2).epsilon(1e-12));
  CHECK(some.optimizer.value() == Approx(2 * 40).epsilon(1e-12));
}

TEST_CASE("gradients are the last but one to be streamed, read and added to", "[parallelism]") {
  const Streaming some = stream({Bytes(10), Bytes(90), Bytes(0), Bytes(0), Bytes(14)});
  CHECK(some.forward == Bytes(0));
  CHECK(some.backward.value() == Approx(2 * 20).epsilon(1e-12));
  CHECK(some.optimizer.value() == Approx(20).epsilon(1e-12));
}

TEST_CASE("parameters are the last to be streamed, by both passes and the optimizer",
          "[parallelism]") {
  const Streaming some = stream({Bytes(100), Bytes(0), Bytes(0), Bytes(0), Bytes(14)});
  CHECK(some.forward.value() == Approx(20).epsilon(1e-12));
  CHECK(some.backward.value() == Approx(20).epsilon(1e-12));
  CHECK(some.optimizer.value() == Approx(20).epsilon(1e-12));
}

TEST_CASE("streaming never shrinks as memory fills", "[parallelism]") {
  Streaming before;
  for (double fill = 0; fill < 200; fill += 7) {
    const Streaming now =
        stream({Bytes(fill), Bytes(fill), Bytes(2 * fill), Bytes(fill), Bytes(fill / 4)}, 2);
    CHECK(now.forward >= before.forward);
    CHECK(now.backward >= before.backward);
    CHECK(now.optimizer >= before.optimizer);
    before = now;
  }
}

}  // namespace trainyard::parallelism
