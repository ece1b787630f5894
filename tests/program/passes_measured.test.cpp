// Passes of measured layers, one by one and by the stage.
#include <catch2/catch.hpp>

#include "program/stage.hpp"
#include "support/examples.hpp"
#include "support/layer_times.hpp"

namespace trainyard::program {
namespace {

using parallelism::Plan;
using parallelism::Recompute;
using support::ticks;

const parallelism::LayerTime layer{ticks(8), ticks(18), ticks(3)};

void check(const Items& items, const std::vector<std::pair<Activity, Seconds>>& wanted) {
  REQUIRE(items.size() == wanted.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    CHECK(items[i].kind == Item::Kind::compute);
    CHECK(items[i].activity == wanted[i].first);
    CHECK(items[i].time == wanted[i].second);
  }
}

Plan measured_plan(std::int64_t stages, parallelism::MeasuredLayers layers) {
  Plan plan{.request = examples::request(1, stages, 4), .micro_batches = 4};
  plan.request.measured = support::table(std::move(layers));
  return plan;
}

std::vector<Chunk> stage_of(const ModelPasses& passes, const Plan& plan, std::int64_t stage) {
  std::vector<Chunk> chunks;
  for (const parallelism::Held& each : held(plan, stage)) chunks.push_back(passes.chunk(each));
  return chunks;
}

}  // namespace

TEST_CASE("passes of a measured layer take its times and exchange nothing", "[program]") {
  const Passes once = passes(layer, Recompute::none);
  check(once.forward, {{Activity::measured, ticks(8)}});
  check(once.backward, {{Activity::measured, ticks(18)}});
  check(once.input_gradient, {{Activity::measured, ticks(9)}});
  check(once.weight_gradient, {{Activity::measured, ticks(9)}});
}

TEST_CASE("a measured layer that is computed again takes its forward time again", "[program]") {
  const Passes again = passes(layer, Recompute::full);
  check(again.forward, {{Activity::measured, ticks(8)}});
  check(again.backward, {{Activity::recompute, ticks(8)}, {Activity::measured, ticks(18)}});
  check(again.input_gradient, {{Activity::recompute, ticks(8)}, {Activity::measured, ticks(9)}});
  check(again.weight_gradient, {{Activity::measured, ticks(9)}});
}

TEST_CASE("each block has the times measured at its place", "[program]") {
  const model::Model model = examples::small_language(8);
  Plan plan = measured_plan(2, support::growing_layers(8));
  plan.request.recompute = Recompute::full;
  const ModelPasses passes(model, plan, examples::h100());
  const Chunk last = stage_of(passes, plan, 1).at(0);
  REQUIRE(last.layers.size() == 5);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(computing(last.layers[i].passes->forward) == ticks(12 + static_cast<double>(i)));
    CHECK(last.layers[i].update == ticks(3));
  }
  // Only layers between entry and exit are computed again.
  check(last.layers[4].passes->backward, {{Activity::measured, ticks(7)}});
  CHECK(last.layers[4].update == ticks(6));
}

TEST_CASE("neighbours that took equally long share their passes", "[program]") {
  const model::Model model = examples::small_language(4);
  auto layers = support::growing_layers(4);
  layers.blocks[2] = layers.blocks[1];
  const Plan plan = measured_plan(1, layers);
  const ModelPasses passes(model, plan, examples::h100());
  const Chunk all = stage_of(passes, plan, 0).at(0);
  CHECK(all.layers[2].passes == all.layers[3].passes);
  CHECK(all.layers[1].passes != all.layers[2].passes);
}

TEST_CASE("an update is the sum of the stage's layers, a shard's its part of it", "[program]") {
  const model::Model model = examples::small_language(8);
  Plan plan = measured_plan(2, support::growing_layers(8));
  const hardware::Accelerator chip = examples::h100();
  const ModelPasses passes(model, plan, chip);
  const auto first = stage_of(passes, plan, 0);
  CHECK(update_duration(first, 1e9, plan, chip) == ticks(5 + 4 * 3));
  plan.data = 4;
  plan.request.sharding = parallelism::Sharding::optimizer;
  CHECK(update_duration(first, 1e9, plan, chip) == ticks(5 + 4 * 3) / 4);
}

TEST_CASE("an update that was not measured is the kernel model's", "[program]") {
  const model::Model model = examples::small_language(8);
  auto layers = support::growing_layers(8);
  layers.entry.update.reset();
  const hardware::Accelerator chip = examples::h100();
  const Plan bare{.request = examples::request(1, 1, 4), .micro_batches = 4};
  const Plan plan = measured_plan(1, layers);
  const ModelPasses modelled(model, bare, chip);
  const ModelPasses measured(model, plan, chip);
  const Seconds wanted = update_duration(stage_of(modelled, bare, 0), 1e9, bare, chip);
  CHECK(wanted > Seconds(0));
  CHECK(update_duration(stage_of(measured, plan, 0), 1e9, plan, chip) == wanted);
}

TEST_CASE("times of another micro-batch leave the kernel model in place", "[program]") {
  Plan plan{.request = examples::request(1, 1, 4)};
  plan.request.measured = support::table(support::growing_layers(8), {.micro_batch = 2});
  CHECK(parallelism::measured(plan.request) == nullptr);
  plan.request.batch.micro_batch = 2;
  REQUIRE(parallelism::measured(plan.request) != nullptr);
  plan.request.tensor = 2;
  CHECK(parallelism::measured(plan.request) == nullptr);
}

}  // namespace trainyard::program
