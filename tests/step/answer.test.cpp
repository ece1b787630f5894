#include "step/answer.hpp"

#include <catch2/catch.hpp>
#include <numeric>
#include <vector>

#include "kernel/operators.hpp"
#include "step/report.hpp"
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

Seconds computing(const Answer& answer) {
  return spent(answer, Activity::gemm) + spent(answer, Activity::attention) +
         spent(answer, Activity::memory_bound) + spent(answer, Activity::measured);
}

// Kernels of one micro-batch of the whole model on one accelerator.
kernel::Duration kernels(const model::Model& model, const hardware::Accelerator& accelerator) {
  kernel::Duration sum;
  const auto add = [&](const model::Layer& layer) {
    for (const model::Operator& op : layer.operators) {
      const kernel::Duration one = kernel::duration(op, {}, accelerator);
      sum.forward += one.forward;
      sum.input_gradient += one.input_gradient;
      sum.weight_gradient += one.weight_gradient;
    }
  };
  add(model.entry);
  for (std::int64_t i = 0; i < model.blocks(); ++i) add(model.block(i));
  add(model.exit);
  return sum;
}

// Forward and backward.
Seconds passes(const model::Model& model, const hardware::Accelerator& accelerator) {
  const kernel::Duration sum = kernels(model, accelerator);
  return sum.forward + sum.backward();
}

// Adam with all of its states in one kernel: 30 bytes a parameter.
double adam(double parameters, const hardware::Accelerator& accelerator = examples::h100()) {
  return kernel::optimizer_duration(parameters, Bytes(30), accelerator).value();
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
    const double optimizer = adam(model::parameters(model));
    CHECK(answer.duration.value() == Approx(kernels + optimizer).epsilon(1e-12));
    CHECK(spent(answer, Activity::optimizer).value() == Approx(optimizer).epsilon(1e-12));
    CHECK(answer.left_over == 7);
  }
}

TEST_CASE("a host that is too slow is all that a step waits for", "[step]") {
  const model::Model model = examples::small_language();
  Request plan = request(1, 3);
  plan.software.host = Seconds(1e-3);
  const Answer answer = in_child(examples::task(model, examples::dgx_h100(), plan), 1);
  // Backward a product has two gradients.
  const auto started = [](const model::Layer& layer) {
    double sum = 0;
    for (const model::Operator& op : layer.operators) {
      if (op.kind == model::OperatorKind::exchange) continue;
      sum += op.kind == model::OperatorKind::gemm ? 3 : 2;
    }
    return sum;
  };
  const double all = started(model.entry) + 8 * started(model.kinds[0]) + started(model.exit);
  CHECK(answer.duration.value() ==
        Approx(3 * all * 1e-3 + adam(model::parameters(model))).epsilon(1e-12));
  CHECK((computing(answer) + spent(answer, Activity::host_wait)).value() ==
        Approx(3 * all * 1e-3).epsilon(1e-12));
}

TEST_CASE("without overlap a data-parallel step adds the ring's closed form", "[step]") {
  const model::Model model = examples::small_language();
  Request plan = request(8, 3);
  plan.overlap_gradients = false;
  plan.algorithms.gradients = "ring";
  const Answer answer = in_child(examples::task(model, examples::dgx_h100(), plan), 1);
  const double gradients = 4 * model::parameters(model);
  const double ring = 2 * 7.0 / 8 * gradients / (0.8 * 450e9) + 2 * 7 * 1.5e-6;
  const double optimizer = adam(model::parameters(model));
  CHECK(spent(answer, Activity::gradient_wait).value() == Approx(ring).epsilon(1e-9));
  CHECK(answer.duration.value() ==
        Approx(3 * passes(model, examples::h100()).value() + ring + optimizer).epsilon(1e-12));
}

TEST_CASE("overlap hides all but the last pieces of the gradients", "[step]") {
  const model::Model model = examples::small_language();
  Request plan = request(8, 3);
  plan.algorithms.gradients = "ring";
  plan.bucket = Bytes(1);
  const Answer overlapped = in_child(examples::task(model, examples::dgx_h100(), plan), 1);
  plan.overlap_gradients = false;
  const Answer plain = in_child(examples::task(model, examples::dgx_h100(), plan), 1);
  CHECK(overlapped.duration < plain.duration);
  // The embedding's gradients are complete when nothing is left to compute.
  const double last_piece =
      2 * 7.0 / 8 * 4 * model.entry.parameters / (0.8 * 450e9) + 2 * 7 * 1.5e-6;
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
  node.accelerator.peak.fill(FlopsPerSecond(1e20));
  node.accelerator.memory = {{"sram", Bytes(1), BytesPerSecond(1e20)}};
  node.accelerator.kernel = {};
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

// Layers only, equal in all stages, over links that take no time.
struct Bare {
  model::Model model = examples::small_language(16);
  hardware::Node node = examples::dgx_h100();

  Bare() {
    model.entry.operators.clear();
    model.exit.operators.clear();
    model.entry.parameters = model.exit.parameters = 0;
    node.scale_up.bandwidth = BytesPerSecond(1e20);
    node.scale_up.latency = Seconds(0);
  }
  [[nodiscard]] Request plan(const char* schedule, std::int64_t stages,
                             std::int64_t micro_batches) const {
    Request plan = examples::request(1, stages, micro_batches);
    plan.data = 1;
    plan.schedule = schedule;
    return plan;
  }
  [[nodiscard]] double optimizer(double stages) const {
    return adam(model::parameters(model) / stages, node.accelerator);
  }
};

TEST_CASE("a pipeline of equal stages has the bubble (p - 1) / m", "[step]") {
  const Bare bare;
  for (const char* schedule : {"1f1b", "gpipe"}) {
    for (const std::int64_t stages : {2, 4, 8}) {
      const Answer answer =
          in_child(examples::task(bare.model, bare.node, bare.plan(schedule, stages, 6)), 1);
      const auto p = static_cast<double>(stages);
      const double ideal = 6 * passes(bare.model, bare.node.accelerator).value() / p;
      CHECK(answer.duration.value() ==
            Approx(ideal * (1 + (p - 1) / 6) + bare.optimizer(p)).epsilon(1e-6));
    }
  }
}

// Narayanan et al., arXiv 2104.04473, section 2.2.
TEST_CASE("v chunks on each stage make the bubble v times smaller", "[step]") {
  const Bare bare;
  for (const std::int64_t chunks : {2, 4}) {
    Request plan = bare.plan("interleaved", 4, 8);
    plan.chunks = chunks;
    const Answer answer = in_child(examples::task(bare.model, bare.node, plan), 1);
    const double ideal = 8 * passes(bare.model, bare.node.accelerator).value() / 4;
    const double bubble = 3.0 / 8 / static_cast<double>(chunks);
    CHECK(answer.duration.value() ==
          Approx(ideal * (1 + bubble) + bare.optimizer(4)).epsilon(1e-6));
  }
}

// Qi et al., arXiv 2401.10241, table 2: (p - 1) (T_F + T_B - T_W), of one stage.
TEST_CASE("weight gradients fill the bubble of ZB-H1", "[step]") {
  const Bare bare;
  for (const std::int64_t stages : {2, 4}) {
    const auto p = static_cast<double>(stages);
    const Answer answer =
        in_child(examples::task(bare.model, bare.node, bare.plan("zb-h1", stages, 12)), 1);
    const kernel::Duration whole = kernels(bare.model, bare.node.accelerator);
    const double ideal = 12 * passes(bare.model, bare.node.accelerator).value() / p;
    const double bubble =
        (p - 1) * (whole.forward + whole.input_gradient - whole.weight_gradient).value() / p;
    CHECK(answer.duration.value() == Approx(ideal + bubble + bare.optimizer(p)).epsilon(1e-6));
  }
}

TEST_CASE("each schedule that came later has a smaller bubble", "[step]") {
  const Bare bare;
  std::vector<support::StepCase> cases;
  for (const char* schedule : {"1f1b", "zb-h1", "zb-v"}) {
    cases.push_back({examples::task(bare.model, bare.node, bare.plan(schedule, 4, 12)), 1, {}});
  }
  const auto answers = in_children(cases);
  CHECK(answers[1].duration < answers[0].duration);
  CHECK(answers[2].duration < answers[1].duration);
  const double ideal = 12 * passes(bare.model, bare.node.accelerator).value() / 4;
  CHECK(answers[2].duration.value() > ideal);
}

TEST_CASE("a rendezvous is never faster than a buffered send", "[step]") {
  for (const char* schedule : {"1f1b", "gpipe", "zb-h1"}) {
    CAPTURE(schedule);
    Request plan = examples::request(2, 4, 8);
    plan.schedule = schedule;
    const Task buffered = examples::task(examples::small_language(), examples::dgx_h100(), plan);
    plan.sends = parallelism::Sends::rendezvous;
    const Task meeting = examples::task(examples::small_language(), examples::dgx_h100(), plan);
    std::vector<Answer> answers(2);
    CHECK_NOTHROW(answers = in_children({{buffered, 2, {}}, {meeting, 2, {}}}));
    CHECK(answers[1].duration >= answers[0].duration);
    CHECK(computing(answers[1]).value() == Approx(computing(answers[0]).value()).epsilon(1e-12));
  }
}

// In a node, so that every message takes 1.5 us and every rank sends 360 GB/s.
double sent_around(double members, double buffer) {
  return (members - 1) / members * buffer / (0.8 * 450e9) + (members - 1) * 1.5e-6;
}

// Korthikanti et al., arXiv 2205.05198, section 4.2.2: four exchanges in a layer forward and four
// backward, and one each at embedding and head.
TEST_CASE("a tensor group's exchanges take the ring's closed form", "[step]") {
  Request plan = examples::request(4, 1, 3);
  plan.data = 1;
  const Task closed = examples::task(examples::small_language(), examples::dgx_h100(), plan);
  plan.detail = parallelism::Detail::flows;
  const Task played = examples::task(examples::small_language(), examples::dgx_h100(), plan);
  for (const Task& task : {closed, played}) {
    const Answer answer = in_child(task, 1);
    CHECK(spent(answer, Activity::tensor_exchange).value() ==
          Approx(3 * (8 * 8 + 2 * 2) * sent_around(4, 2 * 2048.0 * 1024)).epsilon(1e-9));
  }
}

TEST_CASE("gathered keys and values take the ring's closed form, backward as much", "[step]") {
  Request plan = examples::request(1, 1, 3);
  plan.overlap_gradients = false;
  plan.data = 1;
  plan.context = 4;
  plan.context_kind = parallelism::Context::all_gather;
  const Answer answer =
      in_child(examples::task(examples::small_language(), examples::dgx_h100(), plan), 1);
  CHECK(spent(answer, Activity::context_exchange).value() ==
        Approx(3 * 8 * 2 * sent_around(4, 2 * 2048.0 * 2 * 512)).epsilon(1e-9));
}

// Jacobs et al., DeepSpeed-Ulysses, arXiv 2309.14509, section 3: queries, keys and values out,
// the output back, each rank a part of what it holds to each other; backward as much.
TEST_CASE("heads and tokens are exchanged with everyone", "[step]") {
  Request plan = examples::request(1, 1, 3);
  plan.overlap_gradients = false;
  plan.data = 1;
  plan.context = 4;
  plan.context_kind = parallelism::Context::ulysses;
  const Answer answer =
      in_child(examples::task(examples::small_language(), examples::dgx_h100(), plan), 1);
  const auto exchange = [](double columns) {
    return 3.0 / 4 * 2 * 2048 / 4 * columns / (0.8 * 450e9) + 1.5e-6;
  };
  CHECK(spent(answer, Activity::context_exchange).value() ==
        Approx(3 * 8 * 2 * (exchange(1024 + 2 * 512) + exchange(1024))).epsilon(1e-9));
}

TEST_CASE("ring attention shows only what its attention does not hide", "[step]") {
  Request plan = examples::request(1, 1, 3);
  plan.overlap_gradients = false;
  plan.data = 1;
  plan.context = 4;
  Task task = examples::task(examples::small_language(), examples::dgx_h100(), plan);
  Task slow = task;
  slow.node.scale_up.bandwidth = BytesPerSecond(1e9);
  const auto answers = in_children({{task, 1, {}}, {slow, 1, {}}});
  const double forward = sent_around(4, 2 * 2048.0 * 2 * 512);
  CHECK(spent(answers[0], Activity::context_exchange).value() < 3 * 8 * 3 * forward);
  // All but the attention beside: keys and values forward, their gradients with them backward.
  const double sent = 3 * 8 * 3 * (3.0 / 4 * 2 * 2048.0 * 2 * 512 / 0.8e9) + 3 * 8 * 2 * 3 * 1.5e-6;
  CHECK(spent(answers[1], Activity::context_exchange).value() ==
        Approx(sent - spent(answers[1], Activity::attention).value()).epsilon(1e-9));
}

// Two copies of every token to their experts and back, forward and backward, in two of four layers.
TEST_CASE("tokens go to their experts and back by direct exchange", "[step]") {
  for (const auto& [tensor, expert] : {std::pair{1, 4}, {2, 2}}) {
    Request plan = examples::request(tensor, 1, 3);
    plan.expert = expert;
    plan.overlap_gradients = false;
    plan.data = 4 / tensor;
    plan.expert_load = 1.5;
    const Answer answer =
        in_child(examples::task(examples::small_mixture(), examples::dgx_h100(), plan), 1);
    const double buffer = 1.5 * 2 * 2048.0 * 2 * 1024 / tensor;
    CHECK(spent(answer, Activity::expert_exchange).value() ==
          Approx(3 * 2 * 4 * (3.0 / 4 * buffer / (0.8 * 450e9) + 1.5e-6)).epsilon(1e-9));
  }
}

TEST_CASE("sharded optimizer states scatter gradients and gather parameters", "[step]") {
  const model::Model model = examples::small_language();
  Request plan = request(8, 3);
  plan.algorithms.gradients = "ring";
  plan.sharding = parallelism::Sharding::optimizer;
  plan.overlap_gradients = plan.overlap_parameters = false;
  const Answer answer = in_child(examples::task(model, examples::dgx_h100(), plan), 1);
  const double count = model::parameters(model);
  CHECK(spent(answer, Activity::gradient_wait).value() ==
        Approx(sent_around(8, 4 * count)).epsilon(1e-9));
  CHECK(spent(answer, Activity::parameter_wait).value() ==
        Approx(sent_around(8, 2 * count)).epsilon(1e-9));
  CHECK(spent(answer, Activity::optimizer).value() == Approx(adam(count / 8)).epsilon(1e-12));
}

// Later stages wait for their first activation anyway: they gather their parameters meanwhile.
TEST_CASE("stages of a pipeline gather their parameters before the first activation arrives",
          "[step]") {
  Request plan = examples::request(1, 2, 4);
  plan.sharding = parallelism::Sharding::optimizer;
  const auto task = [&](bool ahead) {
    plan.overlap_parameters = ahead;
    return examples::task(examples::small_language(), examples::dgx_h100(), plan);
  };
  Reports server({task(true), task(false)}, 1, {}, Tracing::off);
  const auto reports = server.ask({{0, 1}, {1, 1}});
  CHECK(reports[0].answer.duration < reports[1].answer.duration);
  const auto waited = [&](std::size_t question, std::size_t stage) {
    return reports[question]
        .stages[stage]
        .spent[static_cast<std::size_t>(Activity::parameter_wait)];
  };
  CHECK(waited(0, 0) > Seconds(0));
  CHECK(waited(0, 1) < waited(0, 0));
  CHECK(waited(0, 1) < waited(1, 1) * 0.5);
}

// Zhao et al., FSDP, arXiv 2304.11277: every layer gathered for both passes of each micro-batch,
// for one of them where it is kept.
TEST_CASE("sharded parameters are gathered layer by layer, pass by pass", "[step]") {
  const model::Model model = examples::small_language();
  Request plan = request(8, 3);
  plan.algorithms.gradients = "ring";
  plan.sharding = parallelism::Sharding::parameters;
  plan.overlap_gradients = plan.overlap_parameters = false;
  const Answer given_up = in_child(examples::task(model, examples::dgx_h100(), plan), 1);
  double once = 0;
  for (const model::Layer* layer : {&model.entry, &model.exit}) {
    once += sent_around(8, 2 * layer->parameters);
  }
  once += 8 * sent_around(8, 2 * model.kinds[0].parameters);
  CHECK(spent(given_up, Activity::parameter_wait).value() == Approx(3 * 2 * once).epsilon(1e-9));
  plan.reshard = false;
  const Answer kept = in_child(examples::task(model, examples::dgx_h100(), plan), 1);
  CHECK(spent(kept, Activity::parameter_wait).value() == Approx(once).epsilon(1e-9));
  plan.overlap_parameters = true;
  plan.reshard = true;
  const Answer ahead = in_child(examples::task(model, examples::dgx_h100(), plan), 1);
  CHECK(spent(ahead, Activity::parameter_wait) < spent(given_up, Activity::parameter_wait) * 0.5);
}

TEST_CASE("hybrid sharding sums over shards, then over replicas", "[step]") {
  const model::Model model = examples::small_language();
  Request plan = request(8, 3);
  plan.algorithms.gradients = "ring";
  plan.sharding = parallelism::Sharding::parameters;
  plan.shard_over = 4;
  plan.overlap_gradients = false;
  plan.bucket = Bytes(0);
  const Answer answer = in_child(examples::task(model, examples::dgx_h100(), plan), 1);
  // Three micro-batches, each summing every layer's gradients by itself; replicas once.
  double sums = 8 * sent_around(4, 4 * model.kinds[0].parameters);
  for (const model::Layer* layer : {&model.entry, &model.exit}) {
    sums += sent_around(4, 4 * layer->parameters);
  }
  const double count = 4 * model::parameters(model);
  CHECK(spent(answer, Activity::gradient_wait).value() ==
        Approx(3 * sums + 2 * sent_around(2, count / 4)).epsilon(1e-9));
}

TEST_CASE("what is recomputed is computed once more, and counts for hfu only", "[step]") {
  using parallelism::Recompute;
  model::DenseTransformer shape{.layers = 8,
                                .hidden = 1024,
                                .heads = 16,
                                .kv_heads = 16,
                                .head_size = 64,
                                .ffn = 4096,
                                .vocabulary = 32000,
                                .sequence = 2048};
  shape.attention = model::AttentionKernel::unfused;
  const model::Model model = build(shape);
  std::vector<support::StepCase> cases;
  for (const Recompute recompute : {Recompute::none, Recompute::selective, Recompute::full}) {
    Request plan = request(1, 3);
    plan.recompute = recompute;
    cases.push_back({examples::task(model, examples::dgx_h100(), plan), 1, {}});
  }
  const auto answers = in_children(cases);
  double all = 0;
  double forgotten = 0;
  Flops scores;
  for (const model::Operator& op : model.kinds[0].operators) {
    const double time = kernel::duration(op, {}, examples::h100()).forward.value();
    all += 3 * 8 * time;
    if (op.forgettable || op.remade > Bytes(0)) forgotten += 3 * 8 * time;
    if (op.forgettable) scores += model::forward_work(op) * (3 * 8);
  }
  CHECK(spent(answers[0], Activity::recompute) == Seconds(0));
  CHECK(spent(answers[1], Activity::recompute).value() == Approx(forgotten).epsilon(1e-9));
  CHECK(spent(answers[2], Activity::recompute).value() == Approx(all).epsilon(1e-9));
  CHECK(answers[0].hfu == answers[0].mfu);
  CHECK((answers[1].hardware_work - answers[1].model_work).value() ==
        Approx(scores.value()).epsilon(1e-9));
  CHECK((answers[2].hardware_work - answers[2].model_work).value() ==
        Approx(model::forward_work(model.kinds[0]).value() * 3 * 8).epsilon(1e-9));
  for (const Answer& answer : answers) {
    CHECK(answer.hfu >= answer.mfu);
    CHECK(answer.hfu < 1);
    CHECK(computing(answer).value() == Approx(computing(answers[0]).value()).epsilon(1e-12));
  }
}

TEST_CASE("nodes draw their measured power while they compute and idle power otherwise", "[step]") {
  Request plan = examples::request(4, 2, 3);
  const Answer answer =
      in_child(examples::task(examples::small_language(), examples::dgx_h100(), plan), 2);
  const double busy =
      (computing(answer) + spent(answer, Activity::recompute) + spent(answer, Activity::optimizer))
          .value();
  CHECK(answer.energy.value() ==
        Approx(2 * (1900 * answer.duration.value() + (8400 - 1900) * busy)).epsilon(1e-12));
}

TEST_CASE("a slow node slows its ranks, and the step waits for them", "[step]") {
  Task task =
      examples::task(examples::small_language(), examples::dgx_h100(2), examples::request(1, 1, 4));
  Task slow = task;
  slow.faults.nodes = {{.node = 1, .speed = 0.5}};
  Task dead = task;
  dead.faults.nodes = {{.node = 1, .speed = 0}};
  const auto answers = in_children({{task, 3, {}}, {slow, 3, {}}, {dead, 3, {}}});
  const double kernels = computing(answers[0]).value();
  CHECK(computing(answers[1]).value() == Approx(kernels * (2 + 1 / 0.5) / 3).epsilon(1e-9));
  CHECK(answers[1].duration.value() > 2 * kernels);
  CHECK(answers[2].ranks == 16);
  CHECK(answers[2].left_over == 8);
}

// A tensor group's exchanges go over links, which are as fast as ever.
TEST_CASE("a slow node computes slower and exchanges as fast", "[step]") {
  for (const auto detail : {parallelism::Detail::automatic, parallelism::Detail::flows}) {
    Request plan = examples::request(8, 1, 3);
    plan.detail = detail;
    Task task = examples::task(examples::small_language(), examples::dgx_h100(), plan);
    Task slow = task;
    slow.faults.nodes = {{.node = 0, .speed = 0.5}};
    const auto answers = in_children({{task, 1, {}}, {slow, 1, {}}});
    CHECK(spent(answers[1], Activity::tensor_exchange).value() ==
          Approx(spent(answers[0], Activity::tensor_exchange).value()).epsilon(1e-9));
  }
}

TEST_CASE("a degraded interface slows what crosses it", "[step]") {
  Request plan = examples::request(1, 1, 1);
  plan.overlap_gradients = false;
  plan.algorithms.gradients = "ring";
  Task task = examples::task(examples::small_language(), examples::dgx_h100(2), plan);
  task.node.scale_out.kind = "star";
  Task slow = task;
  for (std::int64_t i = 0; i < 8; ++i) slow.faults.interfaces.push_back({0, i, 0.25});
  const auto answers = in_children({{task, 2, {}}, {slow, 2, {}}});
  CHECK(computing(answers[0]).value() == Approx(computing(answers[1]).value()).epsilon(1e-12));
  // 16 ranks in one ring, a flow through the interface each way.
  const double gradients = 4 * model::parameters(task.model);
  const double moving = 2 * 15.0 / 16 * gradients / (0.9 * 50e9);
  const double wait = spent(answers[0], Activity::gradient_wait).value();
  CHECK(wait == Approx(moving).epsilon(0.01));
  CHECK(spent(answers[1], Activity::gradient_wait).value() - wait ==
        Approx(3 * moving).epsilon(1e-6));
}

TEST_CASE("more oversubscription never makes a data-parallel step faster", "[step]") {
  std::vector<support::StepCase> cases;
  for (const std::int64_t tensor : {8, 2}) {
    for (const char* collective : {"ring", "hierarchical"}) {
      for (const double oversubscription : {1.0, 2.0, 4.0, 7.0}) {
        Request plan = examples::request(tensor, 1, 1);
        plan.algorithms.gradients = collective;
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
  CHECK(computing(answers[1]) < computing(answers[0]));
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
  CHECK(answer.model_work == model::training_work(model) * 20);
  CHECK(answer.hardware_work == answer.model_work);
  CHECK(answer.context == 1);
  CHECK(answer.expert == 1);
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
