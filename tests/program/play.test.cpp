#include "program/play.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "program/lowered.hpp"
#include "program/prune.hpp"

namespace trainyard::program {
namespace {

Play play_of(const Lowered& example, Folding folding = Folding::classes) {
  return folded(example.program, example.bandwidth, folding);
}

const FlowClass& flow(const Play& play, std::int32_t player, std::int32_t lane) {
  const std::int32_t index =
      play.players[static_cast<std::size_t>(player)].lanes[static_cast<std::size_t>(lane)];
  return play.flows.at(static_cast<std::size_t>(index));
}

}  // namespace

TEST_CASE("the play of a symmetric placement has a player for each stage", "[program]") {
  const Play play = play_of(
      lowered(examples::small_language(), examples::dgx_h100(8), 8, examples::request(8, 2, 4)));
  REQUIRE(play.players.size() == 2);
  CHECK(play.players[0].ranks == 32);
  CHECK(play.players[1].ranks == 32);
  CHECK(play.groups.size() == 2);
}

TEST_CASE("players stand for all ranks", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    const Play play = play_of(example);
    const std::int64_t ranks =
        std::accumulate(play.players.begin(), play.players.end(), std::int64_t{0},
                        [](std::int64_t sum, const Player& player) { return sum + player.ranks; });
    CHECK(ranks == example.plan.ranks());
  }
}

TEST_CASE("a trunk is weighed with all the transfers of a class that cross it", "[program]") {
  // Four nodes of stage 0 under one leaf, four of stage 1 under the next: on every rail the four
  // nodes' activations cross one trunk up and one down, and no one shares a port.
  const Play play = play_of(
      lowered(examples::small_language(), examples::dgx_h100(4, 2), 8, examples::request(8, 2, 4)));
  REQUIRE(play.players.size() == 2);
  const FlowClass& forward = flow(play, 0, lane::forward);
  // The trunks up and down see the same and are one class.
  REQUIRE(forward.uses.size() == 3);
  std::multiset<double> weights;
  for (const Use& use : forward.uses) {
    weights.insert(use.weight);
    const double nic = 0.9 * 50e9;
    CHECK(play.links[static_cast<std::size_t>(use.link)].value() ==
          Approx(use.weight == 4 ? 4 * nic / 2 : nic).epsilon(1e-15));
  }
  CHECK(weights == std::multiset<double>{1, 1, 4});
}

TEST_CASE("ranks that share an interface weigh on it", "[program]") {
  hardware::Node node = examples::dgx_h100(4);
  node.nics = 2;
  const Play play =
      play_of(lowered(examples::small_language(), node, 2, examples::request(8, 1, 4)));
  REQUIRE(play.players.size() == 1);
  for (const Use& use : flow(play, 0, lane::first_phase).uses) CHECK(use.weight == 4);
}

TEST_CASE("all accelerators of a node weigh on the link of their input", "[program]") {
  const Play play = play_of(
      lowered(examples::small_language(), examples::dgx_h100(4), 2, examples::request(8, 1, 4)));
  const FlowClass& input = flow(play, 0, lane::input);
  REQUIRE(input.uses.size() == 1);
  CHECK(input.uses[0].weight == 8);
  CHECK(play.links[static_cast<std::size_t>(input.uses[0].link)] == BytesPerSecond(512e9));
}

TEST_CASE("without folding every weight is one", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    const Play play = play_of(example, Folding::off);
    CHECK(static_cast<std::int64_t>(play.players.size()) == example.plan.ranks());
    for (const FlowClass& each : play.flows) {
      for (const Use& use : each.uses) CHECK(use.weight == 1);
    }
  }
}

TEST_CASE("what all flows together take of all links is the same folded and full", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    Program pruned = example.program;
    prune(pruned, example.bandwidth);
    const Partition classes = partition(pruned, example.bandwidth, Folding::classes);
    const Play play = play_of(example);
    std::vector<double> links(play.links.size(), 0);
    for (const std::int32_t link : classes.link) {
      if (link != none) links[static_cast<std::size_t>(link)] += 1;
    }
    double crossings = 0;
    for (const FlowClass& each : play.flows) {
      for (const Use& use : each.uses) {
        crossings += use.weight * links[static_cast<std::size_t>(use.link)];
      }
    }
    CHECK(crossings == static_cast<double>(pruned.path.size()));
  }
}

TEST_CASE("weights are whole numbers where folding is exact", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    const Play play = play_of(example);
    CHECK(play.exact);
    for (const FlowClass& each : play.flows) {
      for (const Use& use : each.uses) CHECK(use.weight == std::floor(use.weight));
    }
  }
}

TEST_CASE("every player that receives knows who sends to it", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    for (const Folding folding : {Folding::classes, Folding::off}) {
      const Play play = play_of(example, folding);
      for (const Player& player : play.players) {
        for (const Instruction& instruction :
             play.roles[static_cast<std::size_t>(player.role)].instructions) {
          if (instruction.verb != Verb::receive) continue;
          const auto lane = static_cast<std::size_t>(instruction.lane);
          const std::int32_t sender = player.senders.at(lane);
          REQUIRE(sender != none);
          REQUIRE(play.players[static_cast<std::size_t>(sender)].lanes[lane] != none);
        }
      }
    }
  }
}

TEST_CASE("a stage receives from the stages beside it", "[program]") {
  const Play play = play_of(
      lowered(examples::small_language(), examples::dgx_h100(8), 8, examples::request(8, 4, 4)));
  REQUIRE(play.players.size() == 4);
  for (std::int32_t s = 0; s < 4; ++s) {
    const Player& player = play.players[static_cast<std::size_t>(s)];
    CHECK(player.senders[lane::forward] == (s == 0 ? none : s - 1));
    CHECK(player.senders[lane::backward] == (s == 3 ? none : s + 1));
    CHECK(player.senders[lane::input] == (s == 0 ? 0 : none));
  }
}

TEST_CASE("members of a group are players with that group", "[program]") {
  for (const Lowered& example : examples_of_all_kinds()) {
    const Play play = play_of(example);
    for (std::size_t group = 0; group < play.groups.size(); ++group) {
      CHECK_FALSE(play.groups[group].empty());
      for (const std::int32_t player : play.groups[group]) {
        CHECK(play.players[static_cast<std::size_t>(player)].group ==
              static_cast<std::int32_t>(group));
      }
    }
  }
}

}  // namespace trainyard::program
