// Laws of the whole family that tie `rounds`, the exchange in full, to what it is for and to
// `phases`, by which it is simulated.
#include <catch2/catch.hpp>
#include <map>
#include <numeric>
#include <set>

#include "collective/contributions.hpp"
#include "collective/groups.hpp"

namespace trainyard::collective {
namespace {

// For every row, operation and group that fit each other.
template <class Check>
void for_every_exchange(const Check& check) {
  for (const AlgorithmRow& row : algorithms()) {
    for (const Standing& standing : standings()) {
      for (const Operation operation : operations) {
        const auto phases = row.phases(operation, standing.group());
        const auto rounds = row.rounds(operation, standing.group());
        CAPTURE(row.name, operation, standing.node_of, standing.columns);
        REQUIRE(phases.empty() == rounds.rounds.empty());
        if (!phases.empty()) check(row, operation, standing, phases, rounds);
      }
    }
  }
}

using Pairs = std::map<std::pair<std::int64_t, std::int64_t>, double>;

Pairs sent_between(const std::vector<Phase>& phases) {
  Pairs sum;
  for (const Phase& phase : phases) {
    for (const Transfer& transfer : phase.transfers) {
      for (std::size_t i = 0; i < transfer.to.size(); ++i) {
        if (transfer.to[i] == nobody) continue;
        sum[{static_cast<std::int64_t>(i), transfer.to[i]}] += transfer.share;
      }
    }
  }
  return sum;
}

// `pieces`: of one member's buffer.
Pairs sent_between(const Rounds& rounds, std::int64_t pieces) {
  Pairs sum;
  for (const Round& round : rounds.rounds) {
    for (const Message& message : round) {
      sum[{message.src, message.dst}] +=
          static_cast<double>(message.pieces.size()) / static_cast<double>(pieces);
    }
  }
  return sum;
}

// The most rounds in which one piece is on its way.
std::int64_t longest_journey(const Rounds& rounds) {
  std::vector<std::int64_t> moved(static_cast<std::size_t>(rounds.pieces));
  for (const Round& round : rounds.rounds) {
    std::set<std::int64_t> pieces;
    for (const Message& message : round) {
      pieces.insert(message.pieces.begin(), message.pieces.end());
    }
    for (const std::int64_t piece : pieces) ++moved[static_cast<std::size_t>(piece)];
  }
  return *std::max_element(moved.begin(), moved.end());
}

}  // namespace

TEST_CASE("after every exchange each member has what it should with all contributions once",
          "[collective]") {
  for_every_exchange([](const AlgorithmRow&, Operation operation, const Standing& standing,
                        const auto&, const Rounds& rounds) {
    Contributions members(operation, standing.group().members(), rounds.pieces);
    REQUIRE_FALSE(members.complete());
    members.play(rounds);
    REQUIRE(members.honest());
    REQUIRE(members.complete());
  });
}

TEST_CASE("without its last round no exchange is complete", "[collective]") {
  for_every_exchange([](const AlgorithmRow&, Operation operation, const Standing& standing,
                        const auto&, Rounds rounds) {
    rounds.rounds.pop_back();
    Contributions members(operation, standing.group().members(), rounds.pieces);
    members.play(rounds);
    REQUIRE_FALSE(members.complete());
  });
}

TEST_CASE("playing messages sees contributions that come twice or are not there", "[collective]") {
  const Rounds once{.first_copy = 1, .rounds = {{{0, 1, {0}}, {1, 0, {0}}}}};
  Contributions sums(Operation::all_reduce, 2, 1);
  sums.play(once);
  CHECK(sums.complete());
  sums.play(once);
  CHECK_FALSE(sums.complete());
  Contributions copies(Operation::broadcast, 3, 1);
  copies.play({.rounds = {{{1, 2, {0}}}}});
  CHECK_FALSE(copies.honest());
}

TEST_CASE("pieces divide over the members where every member has a part", "[collective]") {
  for_every_exchange([](const AlgorithmRow&, Operation operation, const Standing& standing,
                        const auto&, const Rounds& rounds) {
    const std::int64_t members = standing.group().members();
    REQUIRE(rounds.pieces > 0);
    if (operation == Operation::all_to_all) REQUIRE(rounds.pieces == members * members);
    if (operation == Operation::reduce_scatter || operation == Operation::all_gather) {
      REQUIRE(rounds.pieces % members == 0);
    }
    if (operation == Operation::reduce_scatter) {
      REQUIRE(rounds.first_copy == rounds.rounds.size());
    } else if (operation != Operation::all_reduce) {
      REQUIRE(rounds.first_copy == 0);
    }
  });
}

TEST_CASE("phases and rounds of every exchange send as much between each two members",
          "[collective]") {
  for_every_exchange([](const AlgorithmRow&, Operation operation, const Standing& standing,
                        const auto& phases, const Rounds& rounds) {
    const std::int64_t buffer = operation == Operation::all_to_all
                                    ? rounds.pieces / standing.group().members()
                                    : rounds.pieces;
    const Pairs expected = sent_between(rounds, buffer);
    const Pairs actual = sent_between(phases);
    REQUIRE(actual.size() == expected.size());
    for (const auto& [pair, share] : expected) {
      CAPTURE(pair.first, pair.second);
      REQUIRE(actual.count(pair) == 1);
      REQUIRE(actual.at(pair) == Approx(share).epsilon(1e-13));
    }
  });
}

// What further pieces add to a pipeline is bytes over bandwidth, which the shares stand for.
TEST_CASE("every exchange waits for as many messages as one piece can have to travel",
          "[collective]") {
  for_every_exchange([](const AlgorithmRow&, Operation, const Standing&, const auto& phases,
                        const Rounds& rounds) {
    REQUIRE(messages(phases) == static_cast<double>(longest_journey(rounds)));
  });
}

TEST_CASE("exchanges that are not pipelined have a round for every message", "[collective]") {
  for_every_exchange([](const AlgorithmRow& row, Operation operation, const Standing&,
                        const auto& phases, const Rounds& rounds) {
    const bool pipelined = row.name == "double_binary_tree" || row.name == "hierarchical_tree" ||
                           (row.name == "ring" && operation == Operation::broadcast);
    if (pipelined) {
      REQUIRE(static_cast<double>(rounds.rounds.size()) > messages(phases));
    } else {
      REQUIRE(static_cast<double>(rounds.rounds.size()) == messages(phases));
    }
  });
}

// Each piece has to be sent on by all contributors but the last, and to all members but the first:
// Chan, Heimlich, Purkayastha, van de Geijn, doi 10.1002/cpe.1206, table I.
TEST_CASE("members together send n - 1 buffers for each half of an exchange, the least there is",
          "[collective]") {
  for_every_exchange([](const AlgorithmRow& row, Operation operation, const Standing& standing,
                        const auto& phases, const Rounds&) {
    if (operation == Operation::all_to_all && row.name == "hierarchical") return;
    const double times = operation == Operation::all_reduce ? 2 : 1;
    const std::vector<double> members = sent(phases);
    REQUIRE(std::accumulate(members.begin(), members.end(), 0.0) ==
            Approx(times * static_cast<double>(standing.node_of.size() - 1)).epsilon(1e-13));
  });
}

}  // namespace trainyard::collective
