// Folded steps against full ones, and both network backends against each other, on many plans.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <numeric>
#include <tuple>

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
        request.algorithms.gradients = collective;
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

using Change = std::function<void(Task&)>;

Change of_request(const std::function<void(parallelism::Request&)>& change) {
  return [change](Task& task) { change(task.request); };
}

Change scheduled(const char* schedule, std::int64_t chunks = 1) {
  return of_request([=](parallelism::Request& request) {
    request.schedule = schedule;
    request.chunks = chunks;
    request.batch.micro_batches = 8;
  });
}

Change contexts(parallelism::Context kind) {
  return of_request([=](parallelism::Request& request) {
    request.context = 2;
    request.context_kind = kind;
  });
}

Change sharded(parallelism::Sharding sharding, std::int64_t shard_over = 0) {
  return of_request([=](parallelism::Request& request) {
    request.sharding = sharding;
    request.shard_over = shard_over;
    request.bucket = Bytes(20e6);
  });
}

Change joined_by(const char* fabric) {
  return [=](Task& task) {
    task.node.scale_out.kind = fabric;
    task.node.scale_out.leaves_per_pod = 2;
    task.node.scale_out.pod_oversubscription = 2;
  };
}

model::Model unfused_language() {
  return build(model::DenseTransformer{.layers = 8,
                                       .hidden = 1024,
                                       .heads = 16,
                                       .kv_heads = 16,
                                       .head_size = 64,
                                       .ffn = 4096,
                                       .vocabulary = 32000,
                                       .tied_head = true,
                                       .sequence = 2048,
                                       .attention = model::AttentionKernel::unfused,
                                       .dropout = true});
}

// What a plan can have besides degrees, one thing or several at a time.
std::vector<Change> features() {
  using namespace parallelism;
  const auto with_experts = [](std::int64_t expert) {
    return [=](Task& task) {
      task.model = examples::small_mixture(8);
      task.request.expert = expert;
      task.request.expert_load = 1.25;
    };
  };
  return {
      contexts(Context::ring),
      contexts(Context::all_gather),
      contexts(Context::ulysses),
      with_experts(2),
      with_experts(4),
      sharded(Sharding::optimizer),
      sharded(Sharding::parameters),
      sharded(Sharding::parameters, 2),
      scheduled("interleaved", 2),
      scheduled("zb-h1"),
      scheduled("zb-v"),
      scheduled("dualpipe"),
      [](Task& task) {
        task.model = unfused_language();
        task.request.recompute = Recompute::selective;
      },
      of_request([](Request& request) { request.sends = Sends::rendezvous; }),
      joined_by("fat_tree"),
      joined_by("clos"),
      [](Task& task) { task.faults.nodes = {{.node = 0, .speed = 0.7}}; },
      [](Task& task) {
        task.faults.interfaces = {{0, 1, 0.25}, {0, 2, 0}};
        if (task.request.order == Order::tensor_pipeline_data) task.faults.nodes = {{1, 0}};
      },
      of_request([](Request& request) { request.detail = Detail::flows; }),
      [=](Task& task) {
        with_experts(2)(task);
        contexts(Context::ring)(task);
        sharded(Sharding::optimizer)(task);
        scheduled("interleaved", 2)(task);
        joined_by("clos")(task);
      },
      [=](Task& task) {
        contexts(Context::all_gather)(task);
        sharded(Sharding::parameters)(task);
        scheduled("zb-h1")(task);
        task.request.reshard = false;
        task.request.detail = Detail::flows;
      },
  };
}

std::vector<StepCase> feature_plans() {
  std::vector<StepCase> plans;
  for (const Change& change : features()) {
    const std::size_t before = plans.size();
    for (const auto& [nodes, tensor, pipeline] :
         {std::tuple{2, 2, 2}, {3, 4, 2}, {4, 1, 4}, {5, 8, 2}}) {
      for (const Order order : {Order::tensor_data_pipeline, Order::tensor_pipeline_data}) {
        auto request = examples::request(tensor, pipeline, 4);
        request.order = order;
        Task task = examples::task(examples::small_language(), examples::dgx_h100(2, 4), request);
        change(task);
        if (!objections(task).empty() || !plan_on(task, nodes)) continue;
        if (!objections(task, nodes).empty()) continue;
        plans.push_back({task, nodes, folded});
      }
    }
    REQUIRE(plans.size() >= before + 4);
  }
  // Gradients are sharded without a pipeline only.
  for (const std::int64_t tensor : {1, 4}) {
    Task task = examples::task(examples::small_language(), examples::dgx_h100(2, 4),
                               examples::request(tensor, 1, 4));
    sharded(parallelism::Sharding::gradients)(task);
    plans.push_back({task, 3, folded});
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

// Folded and full alike, and every second accounted for.
void check_folding(const std::vector<StepCase>& cases) {
  const auto few = with(cases, folded);
  const auto all = with(cases, full);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    Worst worst;
    compare(few[i], all[i], worst);
    CAPTURE(i, worst.duration, worst.spent, worst.unaccounted);
    CHECK(worst.duration <= 1);
    CHECK(worst.spent <= 1);
    CHECK(worst.unaccounted <= 1);
    CHECK(all[i].players == all[i].ranks);
    CHECK(few[i].players <= all[i].players);
    CHECK(few[i].exact);
    CHECK(few[i].samples == all[i].samples);
    CHECK(few[i].model_work == all[i].model_work);
    CHECK(few[i].scale_out.value() == Approx(all[i].scale_out.value()).epsilon(1e-12));
    CHECK(few[i].left_over == all[i].left_over);
  }
}

}  // namespace

TEST_CASE("a folded step is the full one to 1e-12 on 96 plans", "[step]") {
  const auto cases = plans();
  REQUIRE(cases.size() == 96);
  check_folding(cases);
}

TEST_CASE("a folded step is the full one to 1e-12 whatever the plan has", "[step]") {
  const auto cases = feature_plans();
  REQUIRE(cases.size() > 120);
  check_folding(cases);
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

// One rank's transfers are flows of their own: SimGrid's network knows no parts of flows.
TEST_CASE("SimGrid's own network plays full steps to 1 ns + 1e-9", "[step]") {
  std::vector<StepCase> some;
  for (auto cases : {plans(), feature_plans()}) {
    for (std::size_t i = 0; i < cases.size(); i += 5) {
      cases[i].task.request.detail = parallelism::Detail::flows;
      some.push_back(cases[i]);
    }
  }
  const auto fair = with(some, full);
  const auto s4u = with(some, {program::Folding::off, engine::Backend::s4u});
  for (std::size_t i = 0; i < some.size(); ++i) {
    const double difference = std::abs((fair[i].duration - s4u[i].duration).value());
    CAPTURE(i, fair[i].duration.value(), fair[i].ranks);
    CHECK(difference <= 1e-9 + 1e-9 * fair[i].duration.value());
  }
}

}  // namespace trainyard::step
