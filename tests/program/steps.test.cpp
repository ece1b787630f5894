// Programs played: symmetry and folding change no step, and every schedule ends.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>

#include "base/catalog.hpp"
#include "program/offers.hpp"
#include "program/stage.hpp"
#include "support/random_worlds.hpp"
#include "support/step_in_child.hpp"

namespace trainyard::program {
namespace {

using parallelism::Detail;
using parallelism::Order;
using parallelism::Request;
using parallelism::Sharding;
using support::StepCase;
using worlds::Draw;

hardware::Node random_node(Draw& draw) {
  hardware::Node node = examples::dgx_h100(draw.whole(1, 3), draw.any<double>({1, 2, 4}));
  node.scale_out.kind = draw.any<std::string>({"star", "rail_leaf_spine", "fat_tree", "clos"});
  node.scale_out.leaves_per_pod = 2;
  node.scale_out.pod_oversubscription = draw.any<double>({1, 3});
  node.scale_up.kind = draw.any<std::string>({"nvswitch", "full_mesh"});
  node.accelerators = node.nics = draw.any<std::int64_t>({2, 4});
  if (draw.once_in(4)) node.nics = 2;
  node.nic.message_overhead = Bytes(draw.once_in(2) ? 0 : 2e5);
  node.nic.handling = Seconds(draw.once_in(2) ? 0 : 5e-6);
  node.scale_up.setup = Seconds(draw.once_in(2) ? 0 : 8e-6);
  node.scale_up.message_overhead = Bytes(draw.once_in(2) ? 0 : 1e6);
  node.scale_up.own_piece = draw.once_in(2) ? 0 : 0.5;
  node.scale_up.switch_reduction = draw.once_in(2) ? 0 : 0.6;
  return node;
}

// Degrees that a small mixture of experts and its schedules allow; many are objected to.
Request random_request(Draw& draw) {
  Request request = examples::request(draw.any<std::int64_t>({1, 1, 2, 4}),
                                      draw.any<std::int64_t>({1, 1, 2, 3}), 4);
  request.context = draw.any<std::int64_t>({1, 1, 2});
  request.expert = draw.any<std::int64_t>({1, 1, 2, 4});
  request.order = draw.any<Order>({Order::tensor_data_pipeline, Order::tensor_pipeline_data});
  request.sharding = draw.any<Sharding>(
      {Sharding::none, Sharding::optimizer, Sharding::gradients, Sharding::parameters});
  if (draw.once_in(4)) request.shard_over = 2;
  request.context_kind =
      draw.any<parallelism::Context>({parallelism::Context::ring, parallelism::Context::all_gather,
                                      parallelism::Context::ulysses});
  request.detail = draw.any<Detail>({Detail::automatic, Detail::flows});
  request.sends =
      draw.any<parallelism::Sends>({parallelism::Sends::buffered, parallelism::Sends::rendezvous});
  // Between other stages a rendezvous waits in a circle.
  const bool buffered = request.sends == parallelism::Sends::buffered;
  request.schedule = buffered ? draw.any<std::string>({"1f1b", "interleaved", "zb-v", "dualpipe"})
                              : draw.any<std::string>({"1f1b", "gpipe", "zb-h1"});
  request.chunks = request.schedule == "interleaved" ? 2 : 1;
  const auto names = trainyard::names(collective::algorithms());
  request.algorithms = {.gradients = draw.once_in(2) ? "auto" : draw.any(names),
                        .tensor = draw.once_in(2) ? "ring" : draw.any(names),
                        .expert = draw.once_in(2) ? "direct" : draw.any(names),
                        .context = draw.once_in(2) ? "ring" : draw.any(names)};
  return request;
}

// Something broken in a cluster of two nodes or more.
hardware::Faults random_faults(const hardware::Node& node, Draw& draw) {
  hardware::Faults faults;
  if (draw.once_in(2)) faults.nodes = {{1, draw.any<double>({0, 0.5, 0.9})}};
  if (draw.once_in(2)) faults.interfaces = {{0, draw.whole(0, node.nics - 1), 0.5}};
  if (node.nics > 1 && draw.once_in(2)) faults.interfaces.push_back({1, node.nics - 1, 0});
  return faults;
}

enum class Kept { all, part };

// Plans that step has nothing to say against, of which symmetry keeps a part or all.
std::vector<StepCase> random_cases(std::size_t count, std::uint64_t seed, Kept kept) {
  Draw draw(seed);
  std::vector<StepCase> cases;
  const model::Model model = examples::small_mixture(6);
  while (cases.size() < count) {
    const std::int64_t nodes = draw.whole(2, 8);
    step::Task task = examples::task(model, random_node(draw), random_request(draw));
    if (kept == Kept::all && draw.once_in(3)) task.faults = random_faults(task.node, draw);
    if (!objections(task).empty() || !objections(task, nodes).empty()) continue;
    const hardware::Cluster cluster(task.node, nodes, task.faults);
    const auto plan = step::plan_on(task, nodes);
    if (plan->ranks() > 32) continue;
    const double copies = lower(model, *plan, cluster, Folding::classes).copies;
    if ((copies == 1) != (kept == Kept::all)) continue;
    cases.push_back({task, nodes, {.folding = Folding::classes}});
  }
  return cases;
}

std::string described(const StepCase& one) {
  const Request& request = one.task.request;
  return fmt::format(
      "{} x {} on {}, leaves of {}; tensor {} context {} pipeline {} expert {} order {} sharding "
      "{} over {} detail {} context kind {} schedule {} sends {}; {} {} {} {}",
      one.nodes, one.task.node.accelerators, one.task.node.scale_out.kind,
      one.task.node.scale_out.nodes_per_leaf, request.tensor, request.context, request.pipeline,
      request.expert, static_cast<int>(request.order), static_cast<int>(request.sharding),
      request.shard_over, static_cast<int>(request.detail), static_cast<int>(request.context_kind),
      request.schedule, static_cast<int>(request.sends), request.algorithms.gradients,
      request.algorithms.tensor, request.algorithms.expert, request.algorithms.context);
}

std::vector<step::Answer> durations(const std::vector<Request>& requests) {
  std::vector<StepCase> cases;
  for (const Request& request : requests) {
    cases.push_back(
        {examples::task(examples::small_language(), examples::dgx_h100(), request), 1, {}});
  }
  return support::in_children(cases);
}

void check_against_whole(std::vector<StepCase> cases) {
  const auto few = support::in_children(cases);
  for (StepCase& each : cases) each.options.folding = Folding::off;
  const auto all = support::in_children(cases);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    INFO(described(cases[i]));
    CHECK(few[i].exact);
    CHECK(few[i].players <= all[i].players);
    CHECK(few[i].duration.value() == Approx(all[i].duration.value()).epsilon(1e-12));
    CHECK(few[i].scale_out.value() == Approx(all[i].scale_out.value()).epsilon(1e-12));
  }
}

}  // namespace

TEST_CASE("a step of which symmetry lists a part is the whole one to 1e-12", "[program]") {
  check_against_whole(random_cases(40, 1, Kept::part));
}

TEST_CASE("a folded step of which all ranks are listed is the whole one to 1e-12", "[program]") {
  check_against_whole(random_cases(40, 2, Kept::all));
}

// Eight nodes of one accelerator on a star.
// Turning the tensor places turns every link of a full mesh into another one between two ports.
TEST_CASE("tensor places on a full mesh fold exactly", "[program]") {
  hardware::Node node = examples::dgx_h100();
  node.scale_up.kind = "full_mesh";
  for (const char* algorithm : {"ring", "bidirectional_ring", "direct"}) {
    CAPTURE(algorithm);
    Request request = examples::request(4, 2, 2);
    request.detail = Detail::flows;
    request.algorithms.tensor = algorithm;
    const step::Task task = examples::task(examples::small_language(), node, request);
    const auto answers = support::in_children({StepCase{task, 2, {.folding = Folding::classes}},
                                               StepCase{task, 2, {.folding = Folding::off}}});
    CHECK(answers[0].duration.value() == Approx(answers[1].duration.value()).epsilon(1e-12));
    CHECK(answers[0].players < answers[1].players);
  }
}

TEST_CASE("a ring all-reduce alone takes 2 (n - 1) / n B / b + 2 (n - 1) l in any detail",
          "[program]") {
  hardware::Node node = examples::dgx_h100();
  node.accelerators = node.nics = 1;
  node.scale_out.kind = "star";
  std::vector<StepCase> cases;
  for (const Detail detail : {Detail::automatic, Detail::flows, Detail::messages}) {
    for (const Folding folding : {Folding::classes, Folding::off}) {
      auto request = examples::request(1, 1, 1);
      request.algorithms.gradients = "ring";
      request.detail = detail;
      step::Task task = examples::task({}, node, request);
      task.exchange = {collective::Operation::all_reduce, Bytes(1e9)};
      cases.push_back({task, 8, {.folding = folding}});
    }
  }
  const double expected = 2 * 7 / 8.0 * 1e9 / (0.9 * 50e9) + 2 * 7 * (2e-6 + 0.3e-6);
  for (const step::Answer& answer : support::in_children(cases)) {
    CHECK(answer.duration.value() == Approx(expected).epsilon(1e-12));
  }
}

TEST_CASE("tensor groups that are played take their closed form", "[program]") {
  std::vector<Request> requests;
  for (const Detail detail : {Detail::automatic, Detail::flows, Detail::messages}) {
    auto request = examples::request(8, 1, 2);
    request.detail = detail;
    requests.push_back(request);
  }
  const auto answers = durations(requests);
  for (const step::Answer& answer : answers) {
    CHECK(answer.duration.value() == Approx(answers[0].duration.value()).epsilon(1e-12));
  }
}

TEST_CASE("a straight pipeline ends with a rendezvous too, no sooner than without", "[program]") {
  std::vector<Request> buffered;
  for (const std::int64_t pipeline : {2, 4, 8}) {
    for (const Request& request : requests_of_all_schedules(1, pipeline)) {
      if (schedule_of(request).layout == pipeline::Layout::straight) buffered.push_back(request);
    }
  }
  auto rendezvous = buffered;
  for (Request& request : rendezvous) request.sends = parallelism::Sends::rendezvous;
  const auto sooner = durations(buffered);
  const auto later = durations(rendezvous);
  for (std::size_t i = 0; i < buffered.size(); ++i) {
    CAPTURE(buffered[i].schedule, buffered[i].pipeline);
    CHECK(later[i].duration.value() >= sooner[i].duration.value() * (1 - 1e-12));
  }
}

}  // namespace trainyard::program
