// What variants and overrides make of a scenario, where all is well.
#include <catch2/catch.hpp>

#include "base/date.hpp"
#include "document/node.hpp"
#include "document/pointer.hpp"
#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

Scenario with(const std::string& variants, const std::vector<std::string>& overrides = {}) {
  return read_text(Fleet{.more = "\"variants\": " + variants}.text(), overrides);
}

std::string arrival(const fleet::World& world) {
  return date_text(world.deliveries.at(0).arrives);
}

double rated(const fleet::World& world) {
  return world.nodes.at(0).power.rated.value();
}

}  // namespace

TEST_CASE("a scenario without variants is one world without a name", "[scenario]") {
  const Scenario scenario = read_text(Fleet().text());
  REQUIRE(scenario.worlds.size() == 1);
  CHECK(scenario.worlds[0].variant.empty());
  CHECK(scenario.baseline.empty());
  CHECK(scenario.seed == 0);
}

TEST_CASE("each variant is a world with its changes", "[scenario]") {
  const Scenario scenario = with(R"({
    "keep": {}, "late": {"/deliveries/d/arrives": "+10 d"},
    "hot": {"/platforms/nodes/dgx_h100/power/rated": "+1 kW", "/jobs/j/plan/micro_batches": 8}})");
  REQUIRE(scenario.worlds.size() == 3);
  CHECK(scenario.worlds[0].variant == "keep");
  CHECK(scenario.worlds[1].variant == "late");
  CHECK(arrival(scenario.worlds[0]) == "2024-01-02");
  CHECK(arrival(scenario.worlds[1]) == "2024-01-12");
  CHECK(arrival(scenario.worlds[2]) == "2024-01-02");
  CHECK(rated(scenario.worlds[0]) == 10200);
  CHECK(rated(scenario.worlds[2]) == 11200);
  // Two worlds ask the same question of the step scale.
  CHECK(scenario.tasks.size() == 2);
  CHECK(scenario.worlds[0].jobs[0].options[0].task == scenario.worlds[1].jobs[0].options[0].task);
}

TEST_CASE("a step scenario has its steps once for each variant", "[scenario]") {
  const Scenario scenario = read_text(
      step_document(good_job, R"("variants": {"few": {}, "many": {"/jobs/a/chips": "x2"}})"));
  REQUIRE(scenario.steps.size() == 2);
  CHECK(scenario.steps[0].variant == "few");
  CHECK(scenario.steps[0].nodes == 8);
  CHECK(scenario.steps[1].nodes == 16);
  CHECK(scenario.tasks.size() == 1);
}

TEST_CASE("an override reaches the scenario, every variant, and platform files", "[scenario]") {
  const Scenario scenario =
      with(R"({"keep": {}, "late": {"/deliveries/d/arrives": "+10 d"}})",
           {"/deliveries/d/arrives=+1 d", "/platforms/nodes/dgx_h100/power/rated=x2"});
  CHECK(arrival(scenario.worlds.at(0)) == "2024-01-03");
  CHECK(arrival(scenario.worlds.at(1)) == "2024-01-13");
  CHECK(rated(scenario.worlds[0]) == 20400);
  CHECK(rated(scenario.worlds[1]) == 20400);
  CHECK(scenario.overrides == std::vector<std::string>{"/deliveries/d/arrives=+1 d",
                                                       "/platforms/nodes/dgx_h100/power/rated=x2"});
}

TEST_CASE("of two overrides of a value the last one holds", "[scenario]") {
  CHECK(rated(read_text(Fleet().text(), {"/platforms/nodes/dgx_h100/power/rated=20 kW",
                                         "/platforms/nodes/dgx_h100/power/rated=30 kW"})
                  .worlds.at(0)) == 30000);
  CHECK(arrival(read_text(Fleet().text(),
                          {"/deliveries/d/arrives=2024-01-05", "/deliveries/d/arrives=2024-01-06"})
                    .worlds.at(0)) == "2024-01-06");
}

TEST_CASE("a changed value keeps its status and source, and results carry them", "[scenario]") {
  const Scenario scenario =
      read_text(Fleet().text(), {"/platforms/nodes/dgx_h100/power/rated=20 kW"});
  const auto mark = std::ranges::find(scenario.marks, "/platforms/nodes/dgx_h100/power/rated",
                                      &document::Mark::pointer);
  REQUIRE(mark != scenario.marks.end());
  CHECK(mark->value == "20 kW");
  CHECK(mark->status == document::Status::verified);
  CHECK(!mark->source.empty());
}

TEST_CASE("the resolved scenario holds all that was read, and reads as itself", "[scenario]") {
  const Scenario scenario = read_text(Fleet().text());
  const document::Node root = document::parse(scenario.resolved, "resolved");
  CHECK(document::find(root, "/platforms/accelerators/h100_sxm/peak/bf16/value") != nullptr);
  CHECK(document::find(root, "/platforms/fabrics/rail_optimised/kind") != nullptr);
  CHECK(document::find(root, "/platforms/models/llama3_8b/layers") != nullptr);
  CHECK(document::find(root, "/sites/austin/pue/value") != nullptr);
  CHECK(read_text(scenario.resolved).resolved == scenario.resolved);
}

TEST_CASE("a seed of the request wins over that of the scenario", "[scenario]") {
  const std::string path = write(Fleet{.more = "\"seed\": 7"}.text());
  Library files = library();
  CHECK(read({.path = path}, files).seed == 7);
  CHECK(read({.path = path, .seed = 8}, files).seed == 8);
}

TEST_CASE("all variants draw from the seed that wins", "[scenario]") {
  const std::string path =
      write(Fleet{.more = R"("seed": 7, "variants": {"a": {}, "b": {}})"}.text());
  Library files = library();
  for (const fleet::World& world : read({.path = path}, files).worlds) CHECK(world.seed == 7);
  const Scenario other = read({.path = path, .seed = 8}, files);
  REQUIRE(other.worlds.size() == 2);
  for (const fleet::World& world : other.worlds) CHECK(world.seed == 8);
  CHECK(complaints(Fleet{.more = R"("variants": {"a": {"/seed": 1}})"}.text()) ==
        "/variants/a: a variant cannot change /seed; change what the scenario describes");
}
