#include "program/fold.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <tuple>

#include "program/lowered.hpp"

namespace trainyard::program {
namespace {

using Classes = std::vector<std::int32_t>;

std::int32_t of(const Classes& classes, std::int32_t i) {
  return i == none ? none : classes[static_cast<std::size_t>(i)];
}

// True where everything of a class has the same description.
template <class Description>
bool alike(const Classes& classes, const Description& description) {
  std::map<std::int32_t, decltype(description(std::size_t{0}))> known;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (classes[i] == none) continue;
    const auto [entry, added] = known.try_emplace(classes[i], description(i));
    if (!added && entry->second != description(i)) return false;
  }
  return true;
}

// Classes are 0 .. count - 1, in order of first appearance.
bool numbered(const Classes& classes, std::int32_t count) {
  std::int32_t next = 0;
  for (const std::int32_t each : classes) {
    if (each == none) continue;
    if (each > next || each < 0) return false;
    next = std::max(next, each + 1);
  }
  return next == count;
}

// Lane of every flow.
std::vector<std::int32_t> lanes(const Program& program) {
  std::vector<std::int32_t> lanes(program.flows.size(), none);
  for (std::size_t lane = 0; lane < program.lanes.size(); ++lane) {
    for (const std::int32_t flow : program.lanes[lane]) {
      if (flow != none) lanes[static_cast<std::size_t>(flow)] = static_cast<std::int32_t>(lane);
    }
  }
  return lanes;
}

// Flow classes that cross every link, sorted.
std::vector<Classes> crossings(const Program& program, const Partition& partition) {
  std::vector<Classes> crossing(program.links.size());
  for (std::size_t f = 0; f < program.flows.size(); ++f) {
    const Flow& flow = program.flows[f];
    for (std::int32_t i = flow.first_link; i < flow.end_link; ++i) {
      const std::int32_t link = program.path[static_cast<std::size_t>(i)];
      crossing[static_cast<std::size_t>(link)].push_back(partition.flow[f]);
    }
  }
  for (Classes& classes : crossing) std::sort(classes.begin(), classes.end());
  return crossing;
}

Partition folded(const Lowered& example) {
  return partition(example.program, Folding::classes);
}

// Two ranks that send to each other on the lane for activations, each over a port of its own.
Program two_ranks() {
  Program program;
  program.roles.resize(1);
  program.rank = {0, 1};
  program.role = {0, 0};
  program.slowness = {1, 1};
  program.first_exchange_lane = lane::first_exchange(1);
  program.lanes.assign(3, {none, none});
  program.lanes[1] = {0, 1};
  program.flows = {{.src = 0, .dst = 1, .first_link = 0, .end_link = 1},
                   {.src = 1, .dst = 0, .first_link = 1, .end_link = 2}};
  program.path = {0, 1};
  program.links = {{.id = LinkId(0), .bandwidth = 10, .end = true},
                   {.id = LinkId(1), .bandwidth = 10, .end = true}};
  program.groups.resize(1);
  return program;
}

std::int32_t rank_classes(const Program& program) {
  return partition(program, Folding::classes).ranks;
}

}  // namespace

TEST_CASE("classes are numbered in order of first appearance", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    for (const Folding folding : {Folding::classes, Folding::off}) {
      const Partition classes = partition(example.program, folding);
      CHECK(numbered(classes.rank, classes.ranks));
      CHECK(numbered(classes.flow, classes.flows));
      for (std::size_t c = 0; c < classes.group.size(); ++c) {
        CHECK(numbered(classes.group[c], classes.groups[c]));
      }
      CHECK(numbered(classes.link, classes.links));
    }
  }
}

TEST_CASE("without folding everything is a class of its own", "[program]") {
  const auto all = examples_of_all_kinds();
  const Lowered& example = all.front();
  const Partition classes = partition(example.program, Folding::off);
  CHECK(classes.ranks == static_cast<std::int32_t>(example.program.ranks()));
  CHECK(classes.flows == static_cast<std::int32_t>(example.program.flows.size()));
  CHECK(classes.links == static_cast<std::int32_t>(example.program.links.size()));
}

TEST_CASE("folding never has more classes than things", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    const Partition classes = folded(example);
    CHECK(classes.ranks <= static_cast<std::int32_t>(example.program.ranks()));
    CHECK(classes.flows <= static_cast<std::int32_t>(example.program.flows.size()));
    CHECK(classes.links <= static_cast<std::int32_t>(example.program.links.size()));
    CHECK(classes.ranks >= example.plan.pipeline());
  }
}

TEST_CASE("ranks of a class have one role, equal flows on every lane and equal groups",
          "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    const Program& program = example.program;
    const Partition classes = folded(example);
    CHECK(alike(classes.rank, [&](std::size_t rank) {
      Classes description{program.role[rank]};
      for (std::size_t c = 0; c < program.groups.size(); ++c) {
        if (program.groups[c].empty()) continue;
        description.push_back(of(classes.group[c], program.groups[c][rank]));
      }
      for (const auto& lane : program.lanes) description.push_back(of(classes.flow, lane[rank]));
      return description;
    }));
  }
}

TEST_CASE("flows of a class have equal lanes, messages, senders, receivers and links",
          "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    const Program& program = example.program;
    const Partition classes = folded(example);
    const Classes lane_of = lanes(program);
    CHECK(alike(classes.flow, [&](std::size_t f) {
      const Flow& flow = program.flows[f];
      Classes links;
      for (std::int32_t i = flow.first_link; i < flow.end_link; ++i) {
        links.push_back(of(classes.link, program.path[static_cast<std::size_t>(i)]));
      }
      std::sort(links.begin(), links.end());
      // Who receives a part of an exchange does not matter: its group as a whole waits for it.
      const std::int32_t receiver =
          lane_of[f] >= program.first_exchange_lane ? none : of(classes.rank, flow.dst);
      return std::tuple(lane_of[f], flow.latency, flow.overhead, flow.weight,
                        of(classes.rank, flow.src), receiver, links);
    }));
  }
}

TEST_CASE("links of a class have equal bandwidth and are crossed by equal flows", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    const Partition classes = folded(example);
    const auto crossing = crossings(example.program, classes);
    CHECK(alike(classes.link, [&](std::size_t link) {
      const Link& described = example.program.links[link];
      return std::tuple(described.bandwidth, described.copies, crossing[link]);
    }));
    for (std::size_t link = 0; link < crossing.size(); ++link) {
      if ((classes.link[link] == none) != crossing[link].empty()) FAIL("link " << link);
    }
  }
}

TEST_CASE("groups of a class have equal members", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    const Partition classes = folded(example);
    for (std::size_t c = 0; c < classes.group.size(); ++c) {
      std::vector<Classes> members(classes.group[c].size());
      for (std::size_t rank = 0; rank < example.program.groups[c].size(); ++rank) {
        const std::int32_t group = example.program.groups[c][rank];
        if (group != none) members[static_cast<std::size_t>(group)].push_back(classes.rank[rank]);
      }
      for (Classes& each : members) std::sort(each.begin(), each.end());
      CHECK(alike(classes.group[c], [&](std::size_t group) { return members[group]; }));
    }
  }
}

TEST_CASE("on one leaf every stage is one class", "[program]") {
  for (const std::int64_t pipeline : {1, 2, 4}) {
    const Lowered example = lowered(examples::small_language(), examples::dgx_h100(8), 8,
                                    examples::request(8, pipeline, 4));
    CHECK(folded(example).ranks == pipeline);
  }
}

TEST_CASE("an uneven last leaf splits classes, and no more than it has to", "[program]") {
  const auto ranks = [](std::int64_t nodes) {
    return folded(lowered(examples::small_language(), examples::dgx_h100(4, 4), nodes,
                          examples::request(8, 1, 4)))
        .ranks;
  };
  // Each leaf: the first node, which is sent to over the trunk, two in the middle, and the last.
  CHECK(ranks(4) == 1);
  CHECK(ranks(8) < 8);
  CHECK(ranks(7) <= 7);
  CHECK(ranks(8) <= ranks(7));
}

TEST_CASE("classes do not grow with the number of equal leaves", "[program]") {
  const auto ranks = [](std::int64_t nodes) {
    return folded(lowered(examples::small_language(), examples::dgx_h100(4, 4), nodes,
                          examples::request(8, 1, 4)))
        .ranks;
  };
  CHECK(ranks(8) == ranks(16));
  CHECK(ranks(16) == ranks(64));
}

TEST_CASE("links that differ in bandwidth alone are never one class", "[program]") {
  Program program = two_ranks();
  CHECK(rank_classes(program) == 1);
  program.links[1].bandwidth = 5;
  CHECK(rank_classes(program) == 2);
}

TEST_CASE("links that stand for several are not one class with a single one", "[program]") {
  Program program = two_ranks();
  program.links[1].copies = 2;
  CHECK(rank_classes(program) == 2);
}

TEST_CASE("slower ranks are never one class with faster ones", "[program]") {
  Program program = two_ranks();
  program.slowness[1] = 1.5;
  CHECK(rank_classes(program) == 2);
}

TEST_CASE("what a message costs tells flows apart", "[program]") {
  Program program = two_ranks();
  program.flows[1].latency = Seconds(1);
  CHECK(rank_classes(program) == 2);
  program = two_ranks();
  program.flows[1].overhead = Bytes(1);
  CHECK(rank_classes(program) == 2);
}

TEST_CASE("ranks of unequal groups are not alike", "[program]") {
  Program program = two_ranks();
  program.groups = {{0, 1}};
  CHECK(rank_classes(program) == 1);
  program.groups = {{0, none}};
  CHECK(rank_classes(program) == 2);
}

}  // namespace trainyard::program
