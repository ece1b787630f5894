#include "program/stage.hpp"

#include <catch2/catch.hpp>

#include "support/examples.hpp"

namespace trainyard::program {
namespace {

parallelism::Plan plan_of(const pipeline::ScheduleRow& row, std::int64_t stages) {
  parallelism::Plan plan{.request = examples::request(1, stages, 2 * stages)};
  plan.request.schedule = row.name;
  plan.request.chunks = pipeline::chunks(row.layout, 2);
  plan.micro_batches = 2 * stages;
  return plan;
}

}  // namespace

TEST_CASE("the stages of every schedule hold every layer, two-way ones twice", "[program]") {
  const model::Model model = examples::small_mixture(8);
  for (const auto& row : pipeline::schedules()) {
    CAPTURE(row.name);
    const auto plan = plan_of(row, 4);
    const ModelPasses passes(model, plan, examples::h100());
    double parameters = 0;
    std::size_t layers = 0;
    std::int64_t first = 0;
    std::int64_t last = 0;
    for (std::int64_t stage = 0; stage < 4; ++stage) {
      for (const auto& each : held(plan, stage)) {
        const Chunk chunk = passes.chunk(each);
        for (const StageLayer& layer : chunk.layers) parameters += layer.parameters.all();
        layers += chunk.layers.size();
        first += chunk.first ? 1 : 0;
        last += chunk.last ? 1 : 0;
      }
    }
    const int copies = row.layout == pipeline::Layout::two_way ? 2 : 1;
    CHECK(parameters == copies * model::parameters(model));
    CHECK(layers == static_cast<std::size_t>(copies) * 10);
    CHECK(first == copies);
    CHECK(last == copies);
  }
}

TEST_CASE("layers of a kind share their passes", "[program]") {
  const model::Model model = examples::small_mixture(8);
  parallelism::Plan plan{.request = examples::request(1, 1, 1)};
  const ModelPasses passes(model, plan, examples::h100());
  const Chunk chunk = passes.chunk({0, 1, 1});
  CHECK(chunk.layers[1].passes == chunk.layers[3].passes);
  CHECK(chunk.layers[1].passes != chunk.layers[2].passes);
}

TEST_CASE("the time of computing leaves exchanges out", "[program]") {
  const Items items{{.time = Seconds(1)},
                    {.kind = Item::Kind::exchange, .time = Seconds(7)},
                    {.time = Seconds(2)}};
  CHECK(computing(items) == Seconds(3));
}

}  // namespace trainyard::program
