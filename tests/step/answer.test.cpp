#include "step/answer.hpp"

#include <catch2/catch.hpp>
#include <numeric>

#include "kernel/roofline.hpp"
#include "support/examples.hpp"
#include "support/step_in_child.hpp"

namespace trainyard::step {
namespace {

using support::in_child;
using support::in_children;

using parallelism::Request;
using program::Activity;

Seconds spent(const Answer& answer, Activity activity) {
  return answer.spent[static_cast<std::size_t>(activity)];
}

Seconds sum(const Answer& answer) {
  return std::accumulate(answer.spent.begin(), answer.spent.end(), Seconds(0));
}

// One micro-batch of the whole model on one accelerator, forward and backward.
Seconds passes(const model::Model& model, const hardware::Accelerator& accelerator) {
  Seconds time;
  const auto add = [&](const model::Layer& layer, double count) {
    const kernel::Duration one = kernel::duration(layer, {}, accelerator);
    time += (one.forward + one.backward) * count;
  };
  add(model.entry, 1);
  add(model.block, static_cast<double>(model.blocks));
  add(model.exit, 1);
  return time;
}

Request request(std::int64_t data, std::int64_t micro_batches) {
  Request request = examples::request(1, 1, micro_batches);
  request.data = data;
  return request;
}

}  // namespace

TEST_CASE("a step on one accelerator is its kernels and its optimizer", "[step]") {
  const model::Model model = examples::small_language();
  for (const std::int64_t micro_batches : {1, 5}) {
    const Answer answer =
        in_child(examples::task(model, examples::dgx_h100(), request(1, micro_batches)), 1);
    const double kernels =
        static_cast<double>(micro_batches) * passes(model, examples::h100()).value();
    const double optimizer =
        kernel::optimizer_duration(model::parameters(model), examples::h100()).value();
    CHECK(answer.duration.value() == Approx(kernels + optimizer).epsilon(1e-12));
    CHECK(spent(answer, Activity::optimizer).value() == Approx(optimizer).epsilon(1e-12));
    CHECK(answer.left_over == 7);
  }
}

TEST_CASE("without overlap a data-parallel step adds the ring's closed form", "[step]") {
  const model::Model model = examples::small_language();
  Request plan = request(8, 3);
  plan.overlap_gradients = false;
  const Answer answer = in_child(examples::task(model, examples::dgx_h100(), plan), 1);
  const double gradients = 4 * model::parameters(model);
  const double ring = 2 * 7.0 / 8 * gradients / (0.8 * 450e9) + 2 * 7 * 1.5e-6;
  const double optimizer =
      kernel::optimizer_duration(model::parameters(model), examples::h100()).value();
  CHECK(spent(answer, Activity::gradient_wait).value() == Approx(ring).epsilon(1e-9));
  CHECK(answer.duration.value() ==
        Approx(3 * passes(model, examples::h100()).value() + ring + optimizer).epsilon(1e-12));
}

TEST_CASE("overlap hides all but the last pieces of the gradients", "[step]") {
  const model::Model model = examples::small_language();
  Request plan = request(8, 3);
  const Answer overlapped = in_child(examples::task(model, examples::dgx_h100(), plan), 1);
  plan.overlap_gradients = false;
  const Answer plain = in_child(examples::task(model, examples::dgx_h100(), plan), 1);
  CHECK(overlapped.duration < plain.duration);
  const double last_piece = 2 * 7.0 / 8 * model::parameters(model) / (0.8 * 450e9) + 2 * 7 * 1.5e-6;
  CHECK(spent(overlapped, Activity::gradient_wait).value() >= last_piece * (1 - 1e-9));
}

TEST_CASE("a step that waits for its input takes bytes over ingest", "[step]") {
  model::Model model = examples::small_video();
  model.sample_input = Bytes(100e9);
  for (const std::int64_t nodes : {1, 2}) {
    const Answer answer =
        in_child(examples::task(model, examples::dgx_h100(), request(8 * nodes, 3)), nodes);
    CHECK(answer.duration.value() == Approx(3 * 8 * 100e9 / 512e9).epsilon(1e-9));
    CHECK(spent(answer, Activity::input_wait) > answer.duration * 0.5);
  }
}

TEST_CASE("input that comes in time costs nothing", "[step]") {
  model::Model model = examples::small_video();
  const Task with = examples::task(model, examples::dgx_h100(), request(8, 3));
  model.sample_input = Bytes(0);
  const Task without = examples::task(model, examples::dgx_h100(), request(8, 3));
  const auto answers = in_children({{with, 1, {}}, {without, 1, {}}});
  CHECK(answers[0].duration == answers[1].duration);
  CHECK(spent(answers[0], Activity::input_wait) == Seconds(0));
}

TEST_CASE("on Dojo a model too big for its SRAM is limited by streaming", "[step]") {
  // 30 blocks of 5,120: 28 GB of parameters and gradients over 150 dies of 0.44 GB leave the
  // optimizer states to the interface processors; a tiny batch hides nothing of that.
  Request plan = examples::request(5, 30, 1);
  plan.order = parallelism::Order::tensor_pipeline_data;
  const Task big = examples::task(examples::fsd_video(), examples::dojo_tray(), plan);
  const Task small = examples::task(examples::small_video(30), examples::dojo_tray(), plan);
  Task wide = big;
  wide.node.shared_memory->bandwidth = wide.node.shared_memory->bandwidth * 4;
  const auto answers = in_children({{big, 1, {}}, {small, 1, {}}, {wide, 1, {}}});
  CHECK(spent(answers[0], Activity::memory_stream) > Seconds(0));
  CHECK(spent(answers[1], Activity::memory_stream) == Seconds(0));
  CHECK(answers[2].duration < answers[0].duration);
  // Not all of it is faster: computing is not.
  CHECK(answers[2].duration > answers[0].duration / 4);
}

TEST_CASE("one die that streams its parameters takes their bytes over its part of the bandwidth",
          "[step]") {
  // A node of one die without near memory to speak of: everything is streamed and nothing hidden.
  hardware::Node node = examples::dojo_tray();
  node.accelerator.peak = {FlopsPerSecond(1e20), FlopsPerSecond(1e20), FlopsPerSecond(1e20)};
  node.accelerator.memory = {{"sram", Bytes(1), BytesPerSecond(1e20)}};
  node.accelerator.kernel = {1, 1, 1, Seconds(0)};
  node.ingest = BytesPerSecond(1e20);
  const model::Model model = examples::small_language();
  Request plan = request(1, 2);
  const Answer answer = in_child(examples::task(model, node, plan), 1);
  const double rate = 16e12 / 150;
  const double count = model::parameters(model);
  const double activations = answer.memory.activations.value();
  // Forward: weights, activations out. Backward: weights, gradients in and out, activations in.
  const double passes = 2 * ((2 * count + activations) + (2 * count + 2 * 4 * count + activations));
  const double optimizer = 2 * 12 * count + 4 * count + 2 * count;
  CHECK(spent(answer, Activity::memory_stream).value() ==
        Approx((passes + optimizer) / rate).epsilon(1e-6));
  CHECK(answer.duration.value() == Approx((passes + optimizer) / rate).epsilon(1e-4));
}

TEST_CASE("a pipeline of equal stages has the bubble (p - 1) / m", "[step]") {
  // Layers so heavy that embedding, head and transfers do not count.
  model::Model model = examples::small_language(16);
  model.entry.operators.clear();
  model.exit.operators.clear();
  hardware::Node node = examples::dgx_h100();
  node.scale_up.bandwidth = BytesPerSecond(1e20);
  node.scale_up.latency = Seconds(0);
  for (const char* schedule : {"1f1b", "gpipe"}) {
    for (const std::int64_t stages : {2, 4, 8}) {
      Request plan = examples::request(1, stages, 6);
      plan.data = 1;
      plan.schedule = schedule;
      const Answer answer = in_child(examples::task(model, node, plan), 1);
      const double ideal =
          6 * passes(model, node.accelerator).value() / static_cast<double>(stages);
      const double bubble = static_cast<double>(stages - 1) / 6;
      // The optimizer of the fullest stage, the first.
      const double optimizer =
          kernel::optimizer_duration(
              model.block.parameters * 16 / static_cast<double>(stages) + model.entry.parameters,
              node.accelerator)
              .value();
      CHECK(answer.duration.value() == Approx(ideal * (1 + bubble) + optimizer).epsilon(1e-6));
    }
  }
}

TEST_CASE("more oversubscription never makes a data-parallel step faster", "[step]") {
  std::vector<support::StepCase> cases;
  for (const std::int64_t tensor : {8, 2}) {
    for (const char* collective : {"ring", "hierarchical"}) {
      for (const double oversubscription : {1.0, 2.0, 4.0, 7.0}) {
        Request plan = examples::request(tensor, 1, 1);
        plan.gradient_collective = collective;
        cases.push_back({examples::task(examples::small_language(),
                                        examples::dgx_h100(2, oversubscription), plan),
                         6,
                         {}});
      }
    }
  }
  const auto answers = in_children(cases);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (i % 4 > 0) CHECK(answers[i].duration >= answers[i - 1].duration);
    if (i % 4 == 3) CHECK(answers[i].duration > answers[i - 3].duration);
  }
}

TEST_CASE("a rank of a tensor-parallel group computes less and exchanges more", "[step]") {
  const auto plan = [](std::int64_t tensor) {
    Request request = examples::request(tensor, 1, 4);
    request.data = 1;
    return request;
  };
  const auto answers = in_children({
      {examples::task(examples::small_language(), examples::dgx_h100(), plan(1)), 1, {}},
      {examples::task(examples::small_language(), examples::dgx_h100(), plan(4)), 1, {}},
  });
  CHECK(spent(answers[1], Activity::forward) < spent(answers[0], Activity::forward));
  CHECK(spent(answers[0], Activity::tensor_exchange) == Seconds(0));
  CHECK(spent(answers[1], Activity::tensor_exchange) > Seconds(0));
}

TEST_CASE("an answer counts what the plan does", "[step]") {
  const model::Model model = examples::small_language();
  Request plan = examples::request(2, 3, 5);
  plan.batch.micro_batch = 2;
  const Answer answer = in_child(examples::task(model, examples::dgx_h100(2), plan), 2);
  CHECK(answer.tensor == 2);
  CHECK(answer.pipeline == 3);
  CHECK(answer.data == 2);
  CHECK(answer.micro_batches == 5);
  CHECK(answer.ranks == 12);
  CHECK(answer.left_over == 4);
  CHECK(answer.samples == 20);
  CHECK(answer.tokens == 20 * 2048);
  CHECK(answer.model_work == model::forward_work(model) * (3 * 20));
  CHECK(answer.capacity == parallelism::capacity(examples::dgx_h100()));
  CHECK(answer.memory.total() > Bytes(0));
  CHECK(
      answer.mfu ==
      Approx(answer.model_work.value() / answer.duration.value() / (12 * 989.4e12)).epsilon(1e-12));
  CHECK(answer.mfu < 1);
  CHECK(sum(answer).value() == Approx(answer.duration.value()).epsilon(1e-12));
}

TEST_CASE("bytes sent through interfaces are those of flows between nodes", "[step]") {
  const model::Model model = examples::small_language();
  // Eight rings over three nodes, one on each rail: every rank sends 2 (n - 1) / n of its
  // gradients.
  const Task across = examples::task(model, examples::dgx_h100(), examples::request(8, 1, 2));
  const Answer three = in_child(across, 3);
  CHECK(three.scale_out.value() ==
        Approx(3 * 4 * model::parameters(model) * 2 * 2.0 / 3).epsilon(1e-12));
  const Task inside = examples::task(model, examples::dgx_h100(), examples::request(1, 1, 2));
  CHECK(in_child(inside, 1).scale_out == Bytes(0));
}

}  // namespace trainyard::step
