#include "program/play.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "program/lowered.hpp"
#include "program/prune.hpp"

namespace trainyard::program {
namespace {

Play play_of(const Lowered& example, Folding folding = Folding::classes) {
  return folded(example.program, folding);
}

const FlowClass& flow(const Play& play, std::int32_t player, std::int32_t lane) {
  return play.flows.at(static_cast<std::size_t>(play.flow[play.at_lane(player, lane)]));
}

}  // namespace

TEST_CASE("the play of a symmetric placement has a player for each stage", "[program]") {
  const Play play = play_of(
      lowered(examples::small_language(), examples::dgx_h100(8), 8, examples::request(8, 2, 4)));
  REQUIRE(play.players.size() == 2);
  CHECK(play.players[0].ranks == 32);
  CHECK(play.players[1].ranks == 32);
  CHECK(play.members.size() == 2);
}

TEST_CASE("players stand for all ranks", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    const Play play = play_of(example);
    double ranks = 0;
    for (const Player& player : play.players) ranks += player.ranks;
    CHECK(ranks == static_cast<double>(example.plan.ranks()));
  }
}

TEST_CASE("a trunk is weighed with all the transfers of a class that cross it", "[program]") {
  // Four nodes of stage 0 under one leaf, four of stage 1 under the next: on every rail the four
  // nodes' activations cross one trunk up and one down, and no one shares a port.
  const Play play = play_of(
      lowered(examples::small_language(), examples::dgx_h100(4, 2), 8, examples::request(8, 2, 4)));
  REQUIRE(play.players.size() == 2);
  const FlowClass& forward = flow(play, 0, lane::forward(0));
  // Port out, trunk up, trunk down, port in.
  REQUIRE(forward.uses.size() == 4);
  std::multiset<double> weights;
  for (const Use& use : forward.uses) {
    weights.insert(use.weight);
    const double nic = 0.9 * 50e9;
    CHECK(play.links[static_cast<std::size_t>(use.link)].value() ==
          Approx(use.weight == 4 ? 4 * nic / 2 : nic).epsilon(1e-15));
  }
  CHECK(weights == std::multiset<double>{1, 1, 4, 4});
}

TEST_CASE("ranks that share an interface weigh on it", "[program]") {
  hardware::Node node = examples::dgx_h100(4);
  node.nics = 2;
  const Play play =
      play_of(lowered(examples::small_language(), node, 2, examples::request(8, 1, 4)));
  REQUIRE(play.players.size() == 1);
  for (const Use& use : flow(play, 0, lane::first_exchange(1)).uses) CHECK(use.weight == 4);
}

TEST_CASE("all accelerators of a node weigh on the link of their input", "[program]") {
  const Play play = play_of(
      lowered(examples::small_language(), examples::dgx_h100(4), 2, examples::request(8, 1, 4)));
  const FlowClass& input = flow(play, 0, lane::input);
  REQUIRE(input.uses.size() == 1);
  CHECK(input.uses[0].weight == 8);
  CHECK(play.links[static_cast<std::size_t>(input.uses[0].link)] == BytesPerSecond(512e9));
}

TEST_CASE("without folding every crossing is its own", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    const Play play = play_of(example, Folding::off);
    CHECK(static_cast<std::int64_t>(play.players.size()) == example.plan.ranks());
    REQUIRE(play.flows.size() == example.program.flows.size());
    for (std::size_t f = 0; f < play.flows.size(); ++f) {
      double crossings = 0;
      for (const Use& use : play.flows[f].uses) crossings += use.weight;
      const Flow& flow = example.program.flows[f];
      REQUIRE(crossings == Approx(flow.weight * (flow.end_link - flow.first_link)).epsilon(1e-13));
    }
  }
}

TEST_CASE("what all flows together take of all links is the same folded and full", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    Program pruned = example.program;
    prune(pruned);
    double expected = 0;
    for (const Flow& each : pruned.flows) {
      expected += each.weight * (each.end_link - each.first_link);
    }
    const Play play = play_of(example);
    double crossings = 0;
    for (const FlowClass& each : play.flows) {
      for (const Use& use : each.uses) {
        crossings += use.weight * play.link_copies[static_cast<std::size_t>(use.link)];
      }
    }
    CHECK(crossings == Approx(expected).epsilon(1e-12));
  }
}

TEST_CASE("flows and links of a play stand for all of them, symmetric ones included", "[program]") {
  const auto full = examples_of_all_kinds();
  const auto kept = examples_of_all_kinds(Folding::classes);
  for (std::size_t i = 0; i < full.size(); ++i) {
    const Play play = play_of(kept[i]);
    double flows = 0;
    double leaving = 0;
    for (const FlowClass& each : play.flows) {
      flows += each.flows;
      leaving += each.flows * each.leaving;
    }
    double expected = 0;
    for (const Flow& each : full[i].program.flows) expected += each.leaving;
    CHECK(flows == static_cast<double>(full[i].program.flows.size()));
    CHECK(leaving == Approx(expected).epsilon(1e-12));
  }
}

TEST_CASE("flows of whole transfers have whole weights where folding is exact", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    const Play play = play_of(example);
    CHECK(play.exact);
    for (std::int32_t player = 0; player < static_cast<std::int32_t>(play.players.size());
         ++player) {
      for (std::int32_t l = 0; l < play.first_exchange_lane; ++l) {
        if (play.flow[play.at_lane(player, l)] == none) continue;
        for (const Use& use : flow(play, player, l).uses) {
          CHECK(use.weight == std::floor(use.weight));
        }
      }
    }
  }
}

TEST_CASE("every player that receives knows who sends to it", "[program]") {
  for (const Lowered& example : examples_of_all_kinds(Folding::classes)) {
    const Play play = play_of(example);
    for (std::size_t p = 0; p < play.players.size(); ++p) {
      const auto player = static_cast<std::int32_t>(p);
      for (const Instruction& instruction :
           play.roles[static_cast<std::size_t>(play.players[p].role)].instructions) {
        if (instruction.verb != Verb::receive) continue;
        const std::int32_t sender = play.sender[play.at_lane(player, instruction.index)];
        REQUIRE(sender != none);
        REQUIRE(play.flow[play.at_lane(sender, instruction.index)] != none);
      }
    }
  }
}

TEST_CASE("a stage receives from the stages beside it", "[program]") {
  const Play play = play_of(
      lowered(examples::small_language(), examples::dgx_h100(8), 8, examples::request(8, 4, 4)));
  REQUIRE(play.players.size() == 4);
  for (std::int32_t s = 0; s < 4; ++s) {
    CHECK(play.sender[play.at_lane(s, lane::forward(0))] == (s == 0 ? none : s - 1));
    CHECK(play.sender[play.at_lane(s, lane::backward(0))] == (s == 3 ? none : s + 1));
    CHECK(play.sender[play.at_lane(s, lane::input)] == (s == 0 ? 0 : none));
  }
}

TEST_CASE("members of a group are the players with that group", "[program]") {
  for (const Lowered& example : examples_of_all_kinds(Folding::classes)) {
    const Play play = play_of(example);
    std::vector<std::vector<std::int32_t>> members(play.members.size());
    for (std::size_t p = 0; p < play.players.size(); ++p) {
      const auto player = static_cast<std::int32_t>(p);
      for (std::int32_t c = 0; c < play.channels; ++c) {
        const std::int32_t group = play.group[play.at_channel(player, c)];
        if (group != none) members.at(static_cast<std::size_t>(group)).push_back(player);
      }
    }
    CHECK(members == play.members);
    for (const auto& group : play.members) CHECK_FALSE(group.empty());
  }
}

TEST_CASE("a player is as slow as its ranks and says which is the first", "[program]") {
  const hardware::Faults faults{.nodes = {{.node = 2, .speed = 0.8}}};
  const hardware::Cluster cluster(examples::dgx_h100(4), 4, faults);
  const auto plan = parallelism::fill(examples::request(8, 2, 4), 32);
  const Play play =
      folded(lower(examples::small_language(), *plan, cluster, Folding::classes), Folding::classes);
  for (const Player& player : play.players) {
    const bool slow = cluster.node_of(player.first) == 2;
    CHECK(player.slowness == (slow ? 1 / 0.8 : 1));
    if (slow) CHECK(player.ranks == 8);
  }
}

}  // namespace trainyard::program
