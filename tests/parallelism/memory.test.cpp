#include "parallelism/memory.hpp"

#include <catch2/catch.hpp>

#include "base/check.hpp"
#include "support/examples.hpp"

namespace trainyard::parallelism {
namespace {

using hardware::Precision;

Plan plan(std::int64_t tensor, std::int64_t pipeline) {
  return *fill(examples::request(tensor, pipeline, 8), tensor * pipeline);
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
// are summed in fp32 here: 18.
TEST_CASE("mixed-precision Adam keeps 18 bytes a parameter", "[parallelism]") {
  const model::Model model = examples::llama3_8b();
  const double count = model::parameters(model);
  for (const Precision precision : {Precision::bf16, Precision::fp8}) {
    Plan one = plan(1, 1);
    one.request.precision = precision;
    const Memory memory = parallelism::memory(model, one, 0, 1);
    CHECK(memory.parameters.value() == 2 * count);
    CHECK(memory.gradients.value() == 4 * count);
    CHECK(memory.optimizer.value() == 12 * count);
  }
}

TEST_CASE("Adam in fp32 keeps 16 bytes a parameter", "[parallelism]") {
  Plan one = plan(1, 1);
  one.request.precision = Precision::fp32;
  const model::Model model = examples::llama3_8b();
  const Memory memory = parallelism::memory(model, one, 0, 1);
  CHECK((memory.parameters + memory.gradients + memory.optimizer).value() ==
        16 * model::parameters(model));
  CHECK(memory.gradients == memory.parameters);
}

TEST_CASE("the parameters of all stages and tensor ranks are the model's", "[parallelism]") {
  const model::Model model = examples::llama3_405b();
  for (const std::int64_t pipeline : {1, 4, 16}) {
    Bytes sum;
    for (std::int64_t stage = 0; stage < pipeline; ++stage) {
      sum += parallelism::memory(model, plan(8, pipeline), stage, 1).parameters * 8;
    }
    CHECK(sum.value() == Approx(2 * model::parameters(model)).epsilon(1e-12));
  }
}

// Korthikanti et al., arXiv 2205.05198, equation 4 with sequence parallelism: s b h 34 / t; 32
// without dropout masks, scores not kept by fused attention.
TEST_CASE("with tensor and sequence parallelism 8 a GPT block keeps 4 s b h bytes",
          "[parallelism]") {
  const model::Model model = examples::gpt3_175b();
  const double sbh = 2048.0 * 12288;
  const Plan divided = plan(8, 96);  // one block a stage
  CHECK(parallelism::memory(model, divided, 50, 1).activations.value() == 32 * sbh / 8);
  CHECK(parallelism::memory(model, divided, 50, 3).activations.value() == 3 * 32 * sbh / 8);
  Plan whole = divided;
  whole.request.sequence_parallel = false;
  CHECK(parallelism::memory(model, whole, 50, 1).activations.value() == sbh * (8 + 24.0 / 8));
}

TEST_CASE("activations grow with the micro-batch", "[parallelism]") {
  const model::Model model = examples::gpt3_175b();
  Plan two = plan(8, 96);
  two.request.batch.micro_batch = 2;
  CHECK(parallelism::memory(model, two, 50, 1).activations ==
        parallelism::memory(model, plan(8, 96), 50, 1).activations * 2);
}

TEST_CASE("full recomputation keeps only each layer's input, and one layer to work on",
          "[parallelism]") {
  const model::Model model = examples::gpt3_175b();
  const double sbh = 2048.0 * 12288;
  Plan again = plan(8, 48);  // two blocks a stage
  again.request.recompute = Recompute::full;
  const Memory memory = parallelism::memory(model, again, 20, 5);
  CHECK(memory.activations.value() == 2 * 5 * 2 * sbh / 8);
  CHECK(memory.working.value() == 32 * sbh / 8);
  CHECK(parallelism::memory(model, plan(8, 48), 20, 5).working == Bytes(0));
}

TEST_CASE("embedding and head weigh on the first and the last stage", "[parallelism]") {
  const model::Model model = examples::llama3_8b();
  const Plan four = plan(1, 4);
  const Bytes middle = parallelism::memory(model, four, 1, 1).parameters;
  CHECK((parallelism::memory(model, four, 0, 1).parameters - middle).value() ==
        2 * model.entry.parameters);
  CHECK((parallelism::memory(model, four, 3, 1).parameters - middle).value() ==
        2 * model.exit.parameters);
  // Only one micro-batch's logits are kept, however many are in flight.
  const auto last = [&](std::int64_t in_flight) {
    return parallelism::memory(model, four, 3, in_flight).activations -
           parallelism::memory(model, four, 1, in_flight).activations;
  };
  CHECK(last(1).value() == Approx(last(4).value()).epsilon(1e-12));
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

#ifdef TRAINYARD_CHECKS
TEST_CASE("memory of a stage that the plan does not have is a broken contract", "[parallelism]") {
  CHECK_THROWS_AS(parallelism::memory(examples::llama3_8b(), plan(1, 4), 4, 1), ContractError);
}
#endif

}  // namespace trainyard::parallelism
