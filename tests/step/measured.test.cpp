// Steps of measured layers against sums and closed forms, and what stands against them.
#include "step/measured.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "step/estimate.hpp"
#include "support/examples.hpp"
#include "support/layer_times.hpp"
#include "support/step_in_child.hpp"

namespace trainyard::step {
namespace {

using parallelism::MeasuredLayers;
using parallelism::Request;
using support::ticks;

Task measured_task(Request request, MeasuredLayers layers) {
  const auto blocks = static_cast<std::int64_t>(layers.blocks.size());
  request.measured = support::table(std::move(layers), {request.batch.micro_batch, request.tensor});
  return examples::task(examples::small_language(blocks), examples::dgx_h100(), std::move(request));
}

Request alone(std::int64_t stages, std::int64_t micro_batches) {
  Request request = examples::request(1, stages, micro_batches);
  request.data = 1;
  return request;
}

// Blocks alike, ends that take no time.
MeasuredLayers equal_layers(std::int64_t blocks) {
  MeasuredLayers layers{.entry = {{}, {}, Seconds(0)}, .blocks = {}, .exit = {{}, {}, Seconds(0)}};
  layers.blocks.assign(static_cast<std::size_t>(blocks), {ticks(8), ticks(16), ticks(3)});
  return layers;
}

// All in one line each, as messages would have them.
std::string objections_to(const Task& task) {
  std::string text;
  for (const Objection& objection : objections(task)) {
    text += objection.member + ": " + objection.message + "; " + objection.remedy + "\n";
  }
  return text;
}

Task eight_blocks(const Request& request) {
  return measured_task(request, support::growing_layers(8));
}

}  // namespace

TEST_CASE("a measured step on one accelerator is its layers and its update, exactly", "[step]") {
  for (const std::int64_t m : {1, 5}) {
    const Task task = eight_blocks(alone(1, m));
    const double forward = 1 + 8 * 8 + 28 + 4;
    const double backward = 2 + 8 * 16 + 56 + 7;
    const double update = 5 + 8 * 3 + 6;
    const Seconds step = ticks(static_cast<double>(m) * (forward + backward) + update);
    CHECK(support::in_child(task, 1).duration == step);
    CHECK(estimate(task, *plan_on(task, 1)).duration == step);
  }
}

TEST_CASE("full recomputation adds the forward time of the layers between", "[step]") {
  Request request = alone(1, 2);
  request.recompute = parallelism::Recompute::full;
  const double once = (1 + 92 + 4) + (2 + 184 + 7);
  CHECK(support::in_child(eight_blocks(request), 1).duration == ticks(2 * (once + 92) + 35));
}

TEST_CASE("tensor ranks of measured layers exchange nothing besides", "[step]") {
  Request request = alone(1, 2);
  request.tensor = 4;
  const double once = (1 + 92 + 4) + (2 + 184 + 7);
  CHECK(support::in_child(eight_blocks(request), 1).duration == ticks(2 * once + 35));
}

// Narayanan et al., arXiv 2104.04473, section 2.2.1; with sends that take no time.
TEST_CASE("a measured pipeline of equal stages takes (m + p - 1) (f + b)", "[step]") {
  for (const std::int64_t p : {2, 4}) {
    Task task = measured_task(alone(p, 6), equal_layers(8));
    task.node.scale_up.bandwidth = BytesPerSecond(1e20);
    task.node.scale_up.latency = Seconds(0);
    const auto layers = 8.0 / static_cast<double>(p);
    const double passes = static_cast<double>(6 + p - 1) * layers * 24;
    CHECK(support::in_child(task, 1).duration.value() ==
          Approx(ticks(passes + layers * 3).value()).epsilon(1e-9));
    CHECK(estimate(task, *plan_on(task, 1)).duration.value() ==
          Approx(ticks(passes + layers * 3).value()).epsilon(1e-9));
  }
}

TEST_CASE("a plan between the rows of its table is told which there are", "[step]") {
  Request request = alone(1, 2);
  auto times = std::make_shared<parallelism::LayerTimes>();
  times->name = "t.csv";
  for (const auto& at : {parallelism::MeasuredAt{1, 1}, {1, 2}, {4, 1}}) {
    times->layers.emplace(at, support::growing_layers(8));
  }
  Task task = eight_blocks(request);
  task.request.measured = times;
  CHECK(objections_to(task).empty());
  task.request.batch.micro_batch = 2;
  CHECK(objections_to(task) ==
        "measured: t.csv has no times for micro_batch 2 with tensor 1; it has micro_batch 1 with "
        "tensor 1, 2; micro_batch 4 with tensor 1; use one of these, or measure it\n");
}

TEST_CASE("a table of another accelerator is no table", "[step]") {
  Task task = eight_blocks(alone(1, 2));
  task.request.measured = std::make_shared<const parallelism::LayerTimes>(
      parallelism::LayerTimes{.name = "\"accelerators\"", .digest = "", .layers = {}});
  CHECK(objections_to(task) ==
        "measured: \"accelerators\" has no times of h100_sxm; add a table of that accelerator, or "
        "run on another\n");
}

TEST_CASE("all that measured layers do not say stands against a plan at once", "[step]") {
  Request request = alone(1, 2);
  request.context = 2;
  request.recompute = parallelism::Recompute::selective;
  Task task = eight_blocks(request);
  task.model = examples::small_language(7);
  CHECK(
      objections_to(task) ==
      "measured: t.csv has 10 layers at micro_batch 1 with tensor 1, small_language has 7 between "
      "entry and exit; give 9: entry, layers and exit\n"
      "context: measured layers have their whole sequence on a rank; use 1, or leave "
      "\"measured\" out\n"
      "recompute: a measured layer is computed again as a whole or not at all; use \"full\" or "
      "\"none\"\n");
}

TEST_CASE("measured layers have their experts on a rank", "[step]") {
  Request request = examples::request(1, 1, 2);
  request.expert = 2;
  request.measured = support::table(support::growing_layers(4));
  CHECK(objections_to(examples::task(examples::small_mixture(4), examples::dgx_h100(), request)) ==
        "expert: measured layers have their experts on a rank; use 1, or leave \"measured\" out\n");
}

}  // namespace trainyard::step
