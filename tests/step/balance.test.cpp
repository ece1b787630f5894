// Layers and batches shared out over unlike chips.
#include "step/balance.hpp"

#include <catch2/catch.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "step/placement.hpp"
#include "support/examples.hpp"
#include "support/step_in_child.hpp"

namespace trainyard::step {
namespace {

hardware::Node slower(double speed) {
  hardware::Node node = examples::dgx_h100();
  node.name = "slower";
  for (FlopsPerSecond& peak : node.accelerator.peak) peak = peak * speed;
  for (hardware::Tier& tier : node.accelerator.memory) tier.bandwidth = tier.bandwidth * speed;
  return node;
}

Section section(const hardware::Node& node, const parallelism::Request& request,
                std::int64_t stages) {
  return {.name = node.name, .node = node, .nodes = 1, .stages = stages, .request = request};
}

// Two stages on servers, two on slower ones.
Task pipeline(double speed, std::int64_t layers = 24) {
  parallelism::Request request = examples::request(1, 4, 16);
  request.data = 1;
  Task task = examples::task(examples::small_language(layers), examples::dgx_h100(), request);
  Joint joint;
  joint.branches = {{.name = "all",
                     .sections = {section(examples::dgx_h100(), request, 2),
                                  section(slower(speed), request, 2)}}};
  joint.wide = {.sites = {"here"}, .ports = {BytesPerSecond(0)}};
  task.joint = joint;
  return task;
}

// A branch on a server, and one on a slower one.
Task branches(double speed, std::int64_t batch) {
  parallelism::Request request = examples::request(1, 1, 1);
  request.batch = {.micro_batch = 1, .micro_batches = std::nullopt, .global_batch = batch};
  Task task = examples::task(examples::small_language(), examples::dgx_h100(), request);
  Joint joint;
  joint.branches = {{.name = "fast", .sections = {section(examples::dgx_h100(), request, 1)}},
                    {.name = "slow", .sections = {section(slower(speed), request, 1)}}};
  joint.wide = {.sites = {"here"}, .ports = {BytesPerSecond(0)}};
  task.joint = joint;
  return task;
}

std::int64_t micro_batches(const Branch& branch) {
  return branch.sections.front().request.batch.micro_batches.value();
}

}  // namespace

TEST_CASE("layers go to stages by their speed", "[step]") {
  Task task = pipeline(0.5);
  CHECK(by_speed(task).empty());
  const auto& layers = task.joint->branches.front().sections.front().request.layers;
  REQUIRE(layers.size() == 4);
  CHECK(std::accumulate(layers.begin(), layers.end(), std::int64_t{0}) == 24);
  // Twice the speed, about twice the layers; the last stage has the head besides.
  CHECK(layers[0] == Approx(8).margin(1));
  CHECK(layers[1] == Approx(8).margin(1));
  CHECK(layers[2] == Approx(4).margin(1));
  CHECK(layers[3] <= layers[2]);
  CHECK(support::in_child(task, 0).duration < support::in_child(pipeline(0.5), 0).duration);
}

TEST_CASE("alike stages share layers evenly", "[step]") {
  Task task = pipeline(1);
  task.model.exit.operators.clear();
  CHECK(by_speed(task).empty());
  const auto& layers = task.joint->branches.front().sections.front().request.layers;
  CHECK(layers == std::vector<std::int64_t>{6, 6, 6, 6});
}

TEST_CASE("a stage gets no more layers than its memory holds", "[step]") {
  Task task = pipeline(0.5);
  hardware::Accelerator& chip = task.joint->branches.front().sections.front().node.accelerator;
  // Room for a few layers only.
  chip.memory.front().capacity = Bytes(1.5e9);
  CHECK(by_speed(task).empty());
  const Placement placed = placement(task.joint->branches.front()).value();
  for (std::int64_t stage = 0; stage < 4; ++stage) {
    CHECK(placed.memory(task.model, stage).total() <= placed.capacity(stage));
  }
  Task full = pipeline(0.5);
  for (Section& each : full.joint->branches.front().sections) {
    each.node.accelerator.memory.front().capacity = Bytes(0.5e9);
  }
  const auto objections = by_speed(full);
  REQUIRE(objections.size() == 1);
  CHECK(objections.front().member == "../branches/all");
  CHECK(objections.front().message.starts_with("its stages together do not hold the 24 layers of"));
}

TEST_CASE("micro-batches go to branches by their speed", "[step]") {
  Task task = branches(0.5, 96);
  CHECK(by_speed(task).empty());
  // Eight replicas each: eight micro-batches against four.
  CHECK(micro_batches(task.joint->branches[0]) == 8);
  CHECK(micro_batches(task.joint->branches[1]) == 4);
  Task even = branches(0.5, 96);
  CHECK(evenly(even).empty());
  CHECK(micro_batches(even.joint->branches[0]) == 6);
  CHECK(micro_batches(even.joint->branches[1]) == 6);
  const Answer balanced = support::in_child(task, 0);
  const Answer same = support::in_child(even, 0);
  CHECK(balanced.samples == 96);
  CHECK(same.samples == 96);
  CHECK(balanced.duration < same.duration);
}

TEST_CASE("a batch that does not divide says what would", "[step]") {
  Task task = branches(0.5, 100);
  for (const auto& objections : {evenly(task), by_speed(task)}) {
    REQUIRE(objections.size() == 1);
    CHECK(objections.front().member == "global_batch");
    CHECK(objections.front().message ==
          "100 micro-batches do not divide over the replicas of all branches");
    CHECK(objections.front().remedy == "use 96?");
  }
}

}  // namespace trainyard::step
