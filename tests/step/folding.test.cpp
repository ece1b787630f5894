// Folded steps against full ones, and both network backends against each other, on many plans.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "support/examples.hpp"
#include "support/step_in_child.hpp"

namespace trainyard::step {
namespace {

using parallelism::Order;
using support::StepCase;

constexpr Options folded{.folding = program::Folding::classes};
constexpr Options full{.folding = program::Folding::off};

struct Shape {
  std::int64_t nodes;
  std::int64_t tensor;
  std::int64_t pipeline;
  std::int64_t nodes_per_leaf;
  double oversubscription;
};

// One to nine nodes; some leave accelerators over, some fill leaves unevenly.
constexpr Shape shapes[]{
    {1, 1, 1, 2, 1}, {1, 1, 8, 2, 1}, {1, 2, 3, 2, 1}, {2, 8, 1, 2, 1}, {2, 1, 2, 2, 4},
    {3, 4, 2, 2, 1}, {3, 2, 5, 2, 4}, {4, 8, 2, 2, 4}, {4, 8, 4, 4, 1}, {5, 4, 3, 3, 4},
    {5, 8, 1, 2, 4}, {6, 2, 4, 3, 4}, {7, 8, 2, 3, 1}, {8, 8, 2, 4, 4}, {9, 8, 3, 4, 4},
};

std::vector<StepCase> plans() {
  std::vector<StepCase> plans;
  std::size_t turn = 0;
  for (const Shape& shape : shapes) {
    for (const Order order : {Order::tensor_data_pipeline, Order::tensor_pipeline_data}) {
      for (const char* collective : {"ring", "hierarchical", "auto"}) {
        auto request = examples::request(shape.tensor, shape.pipeline, 4);
        request.order = order;
        request.gradient_collective = collective;
        request.schedule = turn % 2 == 0 ? "1f1b" : "gpipe";
        request.overlap_gradients = turn % 5 != 0;
        if (turn % 7 == 0) request.recompute = parallelism::Recompute::full;
        const model::Model model =
            turn % 3 == 0 ? examples::small_video() : examples::small_language();
        plans.push_back(
            {examples::task(model, examples::dgx_h100(shape.nodes_per_leaf, shape.oversubscription),
                            request),
             shape.nodes, folded});
        ++turn;
      }
    }
  }
  for (const auto& [tensor, pipeline] : {std::pair{5, 5}, {10, 3}, {2, 8}}) {
    for (const std::int64_t nodes : {1, 2}) {
      auto request = examples::request(tensor, pipeline, 4);
      request.order = Order::tensor_pipeline_data;
      plans.push_back(
          {examples::task(examples::small_video(), examples::dojo_tray(), request), nodes, folded});
    }
  }
  return plans;
}

std::vector<Answer> with(std::vector<StepCase> cases, Options options) {
  for (StepCase& each : cases) each.options = options;
  return support::in_children(cases);
}

constexpr double epsilon = 1e-12;

// Of the worst plan: what differs between folded and full, and what time is not accounted for. In
// epsilons of the duration.
struct Worst {
  double duration = 0;
  double spent = 0;
  double unaccounted = 0;
};

void compare(const Answer& few, const Answer& all, Worst& worst) {
  const double duration = all.duration.value();
  worst.duration =
      std::max(worst.duration, std::abs(few.duration.value() / duration - 1) / epsilon);
  for (std::size_t a = 0; a < program::activities; ++a) {
    const double difference = std::abs((few.spent[a] - all.spent[a]).value());
    worst.spent = std::max(worst.spent, difference / duration / epsilon);
  }
  for (const Answer& answer : {few, all}) {
    const Seconds sum = std::accumulate(answer.spent.begin(), answer.spent.end(), Seconds(0));
    worst.unaccounted = std::max(worst.unaccounted, std::abs(sum / answer.duration - 1) / epsilon);
  }
}

}  // namespace

TEST_CASE("a folded step is the full one to 1e-12 on 96 plans, every second accounted for",
          "[step]") {
  const auto cases = plans();
  REQUIRE(cases.size() == 96);
  const auto few = with(cases, folded);
  const auto all = with(cases, full);
  Worst worst;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    compare(few[i], all[i], worst);
    CHECK(all[i].players == all[i].ranks);
    CHECK(few[i].players <= all[i].players);
    CHECK(few[i].exact);
    CHECK(few[i].samples == all[i].samples);
    CHECK(few[i].model_work == all[i].model_work);
    CHECK(few[i].scale_out == all[i].scale_out);
    CHECK(few[i].left_over == all[i].left_over);
  }
  CAPTURE(worst.duration, worst.spent, worst.unaccounted);
  CHECK(worst.duration <= 1);
  CHECK(worst.spent <= 1);
  CHECK(worst.unaccounted <= 1);
}

// 4,167 ranks over uneven, oversubscribed leaves: full refinement is given up.
TEST_CASE("where folding is not exact it says so, and is right to 1e-6", "[step]") {
  const Task task = examples::task(examples::small_language(), examples::dgx_h100(4, 4),
                                   examples::request(1, 3, 4));
  const auto answers = support::in_children({{task, 521, folded}, {task, 521, full}});
  CHECK_FALSE(answers[0].exact);
  CHECK(answers[1].exact);
  CHECK(answers[0].players < 1000);
  CHECK(answers[0].duration.value() == Approx(answers[1].duration.value()).epsilon(1e-6));
}

TEST_CASE("a symmetric step is played with one player for each stage", "[step]") {
  const auto request = examples::request(8, 4, 4);
  const Task task = examples::task(examples::small_language(), examples::dgx_h100(16), request);
  const auto answer = support::in_child(task, 16);
  CHECK(answer.ranks == 128);
  CHECK(answer.players == 4);
}

TEST_CASE("SimGrid's own network plays full steps to 1 ns + 1e-9", "[step]") {
  auto cases = plans();
  // SimGrid moves whole bytes: parts of an exchange are rounded, here by half a byte in megabytes.
  std::vector<StepCase> some;
  for (std::size_t i = 0; i < cases.size(); i += 5) some.push_back(cases[i]);
  const auto fair = with(some, full);
  const auto s4u = with(some, {program::Folding::off, engine::Backend::s4u});
  double worst = 0;
  for (std::size_t i = 0; i < some.size(); ++i) {
    const double difference = std::abs((fair[i].duration - s4u[i].duration).value());
    worst = std::max(worst, difference / (1e-9 + 1e-9 * fair[i].duration.value()));
  }
  CAPTURE(worst);
  CHECK(worst <= 1);
}

}  // namespace trainyard::step
