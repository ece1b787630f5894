#include "report/step_parts.hpp"

#include <catch2/catch.hpp>

#include "report/steps.hpp"

namespace trainyard::report {
namespace {

using program::Activity;

std::optional<Bottleneck> bottleneck_of(Activity activity, double seconds) {
  measure::StepRow row = examples::row();
  examples::spend(row.answer.spent, activity, seconds);
  return bottleneck(row, {{.kind = "die edge", .busiest = 0.2},
                          {.kind = "ingest", .busiest = 0.9},
                          {.kind = "nic out", .busiest = 0.8}});
}

}  // namespace

TEST_CASE("every second belongs to one group", "[report]") {
  Spent spent;
  for (std::size_t a = 0; a < spent.size(); ++a) spent[a] = Seconds(static_cast<double>(1 << a));
  double sum = 0;
  for (std::size_t g = 0; g < group_names.size(); ++g) {
    sum += spent_on(spent, static_cast<Group>(g)).value();
  }
  CHECK(sum == static_cast<double>((1 << program::activities) - 1));
}

TEST_CASE("activities are in the group that their name says", "[report]") {
  const auto group = [](Activity activity) {
    return activity_row(static_cast<std::size_t>(activity)).group;
  };
  CHECK(group(Activity::recompute) == Group::compute);
  CHECK(group(Activity::host_wait) == Group::compute);
  CHECK(group(Activity::interference) == Group::compute);
  CHECK(group(Activity::expert_exchange) == Group::communication);
  CHECK(group(Activity::parameter_wait) == Group::communication);
  CHECK(group(Activity::gradient_wait) == Group::communication);
  CHECK(group(Activity::memory_stream) == Group::memory_stream);
  CHECK(group(Activity::pipeline_wait) == Group::bubble);
  CHECK(group(Activity::finished) == Group::bubble);
  CHECK(group(Activity::input_wait) == Group::input);
  CHECK(group(Activity::optimizer) == Group::optimizer);
}

TEST_CASE("the stage that bounds is the one that waits least for others", "[report]") {
  CHECK(bounding_stage({examples::stage(0, 0.3, 1), examples::stage(1, 0.1, 1),
                        examples::stage(2, 0.2, 1)}) == 1);
}

TEST_CASE("the fullest stage is the first of those that hold most", "[report]") {
  CHECK(fullest_stage(
            {examples::stage(0, 0, 1), examples::stage(1, 0, 2), examples::stage(2, 0, 2)}) == 1);
}

TEST_CASE("the bottleneck is the largest class of operators or dimension", "[report]") {
  const auto compute = bottleneck_of(Activity::gemm, 1);
  CHECK(compute->name == "gemm");
  CHECK(compute->share == 0.5);
  CHECK_FALSE(compute->links);
  CHECK(bottleneck_of(Activity::memory_stream, 1.5)->name == "memory streaming");
  CHECK(bottleneck_of(Activity::input_wait, 1.5)->name == "input wait");
}

TEST_CASE("both kinds of bubble count together", "[report]") {
  const auto bubble = bottleneck_of(Activity::pipeline_wait, 0.9);
  CHECK(bubble->name == "bubble");
  CHECK(bubble->share == Approx(1.025 / 2));
}

TEST_CASE("communication names the busiest kind of link, the way of input data left out",
          "[report]") {
  const auto gradients = bottleneck_of(Activity::gradient_wait, 1.5);
  CHECK(gradients->name == "gradient_wait");
  CHECK(gradients->links->kind == "nic out");
}

TEST_CASE("a step that takes no time has no bottleneck", "[report]") {
  CHECK_FALSE(bottleneck({}, {}));
}

}  // namespace trainyard::report
