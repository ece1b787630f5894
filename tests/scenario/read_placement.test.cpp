#include "scenario/read_placement.hpp"

#include <catch2/catch.hpp>

#include "scenario/two_sites.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

const std::string timed = R"("duration": "5 h", "owner": "tesla", "chips": 8)";

// "austin dgx_h100, west dgx_h200": the options of the first job.
std::string options_of(const fleet::World& world) {
  std::string text;
  for (const fleet::Option& option : world.jobs.at(0).options) {
    text += (text.empty() ? "" : ", ") + world.sites[option.site].place.name + " " +
            world.nodes[option.node].name;
  }
  return text;
}

std::string options_of(const TwoSites& fleet) {
  return options_of(world_of(fleet.text()));
}

}  // namespace

TEST_CASE("a job may run at each of its sites, the first preferred", "[scenario]") {
  CHECK(options_of(TwoSites()) == "austin dgx_h100, west dgx_h200");
  CHECK(options_of({.job = timed + R"(, "sites": ["west", "austin"])", .plan = ""}) ==
        "west dgx_h200, austin dgx_h100");
}

TEST_CASE("a job may name the kinds of node that it takes", "[scenario]") {
  const std::string both = timed + R"(, "sites": ["austin", "west"])";
  CHECK(options_of({.job = both + R"(, "node": "dgx_h200")", .plan = ""}) == "west dgx_h200");
  CHECK(options_of({.job = both + R"(, "nodes": ["dgx_h200", "dgx_h100"])", .plan = ""}) ==
        "austin dgx_h100, west dgx_h200");
  CHECK(wrong_with(R"(, "node": "dgx_h200", "nodes": ["dgx_h100"])") ==
        "/jobs/j/nodes: \"node\" and \"nodes\" are both given; leave out one of the two");
  CHECK(wrong_with(R"(, "nodes": ["dgx_h10"])")
            .find("/jobs/j/nodes/0: unknown name \"dgx_h10\" among "
                  "platforms/nodes") != std::string::npos);
  CHECK(wrong_with(R"(, "nodes": ["dgx_a100", "dgx_b200"])") ==
        "/jobs/j/nodes: no dgx_a100 or dgx_b200 of its owners is delivered to \"austin\" or "
        "\"west\"; use one of dgx_h100, dgx_h200, or add a delivery");
}

TEST_CASE("a site with several kinds offers all of them to a job that names them", "[scenario]") {
  const std::string also =
      R"("c": {"node": "dgx_h200", "accelerators": 16, "owner": "tesla", "site": "austin",
               "arrives": "2024-01-02"}, )";
  CHECK(options_of({.job = timed + R"(, "sites": ["austin"])", .plan = "", .deliveries = also}) ==
        "austin dgx_h200, austin dgx_h100");
  CHECK(options_of({.job = timed + R"(, "sites": ["austin"], "nodes": ["dgx_h100", "dgx_h200"])",
                    .plan = "",
                    .deliveries = also}) == "austin dgx_h100, austin dgx_h200");
  CHECK(complaints(TwoSites{.deliveries = also}.text()) ==
        "/jobs/j: \"austin\" gets several kinds of node; add \"node\": one of dgx_h100, dgx_h200");
}

TEST_CASE("chips that are moved to a site or an owner are options too", "[scenario]") {
  const std::string job = R"("duration": "5 h", "owner": "xai", "sites": ["west"], "chips": 8)";
  const auto with = [&](const std::string& moves) {
    return TwoSites{.job = job, .plan = "", .more = R"("moves": {)" + moves + "}"};
  };
  CHECK(complaints(TwoSites{.job = job, .plan = ""}.text()) ==
        "/jobs/j/sites: no chips of its owners are delivered to \"west\"; add a delivery, name the "
        "\"node\" it waits for, or choose another site");
  CHECK(options_of(with(R"("m": {"delivery": "d", "accelerators": 16, "at": "2024-01-20",
                                 "site": "west", "owner": "xai"})")) == "west dgx_h100");
  CHECK(options_of(with(R"("m": {"delivery": "e", "accelerators": 16, "at": "2024-01-20",
                                 "owner": "xai"})")) == "west dgx_h200");
}

TEST_CASE("what is ever there counts each chip of a delivery once", "[scenario]") {
  const auto world = world_of(TwoSites{.more = R"("moves": {
      "a": {"delivery": "d", "accelerators": 48, "at": "2024-01-20", "site": "west", "owner": "xai"},
      "b": {"delivery": "e", "accelerators": 16, "at": "2024-01-20", "owner": "xai"}})"}
                                  .text());
  const auto most = [&](std::size_t site, const std::string& node,
                        std::vector<std::size_t> owners) {
    for (std::size_t i = 0; i < world.nodes.size(); ++i) {
      if (world.nodes[i].name == node) return most_nodes(world, {.site = site, .node = i}, owners);
    }
    return std::int64_t{-1};
  };
  REQUIRE(world.owners == std::vector<std::string>{"tesla", "xai"});
  CHECK(most(0, "dgx_h100", {0}) == 8);
  CHECK(most(0, "dgx_h100", {1}) == 0);
  CHECK(most(1, "dgx_h100", {0, 1}) == 6);
  CHECK(most(1, "dgx_h200", {1}) == 2);
  CHECK(most(1, "dgx_h200", {0, 1}) == 8);
}

TEST_CASE("a job that names its kind of node may wait at a site without chips", "[scenario]") {
  CHECK(options_of({.job = R"("duration": "5 h", "owner": "xai", "sites": ["west"], "chips": 8,
                             "node": "dgx_h200")",
                    .plan = ""}) == "west dgx_h200");
}
