#include <catch2/catch.hpp>

#include "base/catalog.hpp"
#include "base/check.hpp"
#include "collective/groups.hpp"

namespace trainyard::collective {
namespace {

// Figures of a DGX H100: NVLink and a 400 Gb/s interface for each accelerator.
const Surroundings around{{BytesPerSecond(450e9), Seconds(1.5e-6)},
                          {BytesPerSecond(50e9), Seconds(5e-6)}};

double estimated(std::string_view name, Operation operation, const Standing& standing,
                 double bytes) {
  const AlgorithmRow* row = find_row(algorithms(), name);
  REQUIRE(row != nullptr);
  const auto phases = row->phases(operation, standing.group());
  REQUIRE_FALSE(phases.empty());
  return estimate(phases, standing.group(), Bytes(bytes), around).value();
}

std::string_view fastest_name(Operation operation, const Standing& standing, double bytes) {
  return fastest(operation, standing.group(), Bytes(bytes), around).name;
}

}  // namespace

TEST_CASE("a ring inside a node takes 2 (n - 1) / n B / b + 2 (n - 1) l", "[collective]") {
  for (const double bytes : {1.0, 1e6, 3e9}) {
    CHECK(estimated("ring", Operation::all_reduce, evenly(1, 8), bytes) ==
          Approx(2 * 7.0 / 8 * bytes / 450e9 + 14 * 1.5e-6).epsilon(1e-14));
  }
}

TEST_CASE("a ring over nodes goes at the pace of the slower path", "[collective]") {
  CHECK(estimated("ring", Operation::all_reduce, evenly(4, 8), 1e9) ==
        Approx(2 * 31.0 / 32 * 1e9 / 50e9 + 62 * 5e-6).epsilon(1e-14));
}

TEST_CASE("an estimate counts setup once, overheads and the own piece in every phase",
          "[collective]") {
  Surroundings costly = around;
  costly.setup = Seconds(5e-6);
  costly.inside.message_overhead = Bytes(4e6);
  costly.inside.own_piece = 0.5;
  costly.across.message_overhead = Bytes(1e9);
  const auto time = [&](const AlgorithmRow& row, const Standing& standing) {
    return estimate(row.phases(Operation::all_reduce, standing.group()), standing.group(),
                    Bytes(1e9), costly)
        .value();
  };
  const AlgorithmRow& ring = *find_row(algorithms(), "ring");
  const AlgorithmRow& hierarchical = *find_row(algorithms(), "hierarchical");
  CHECK(time(ring, evenly(1, 8)) ==
        Approx(5e-6 + 14 * 1.5e-6 + (2 * 7e9 / 8 + 4e6 + 0.5e9 / 8) / 450e9).epsilon(1e-14));
  // Across: no more than what is sent.
  CHECK(time(hierarchical, evenly(4, 8)) ==
        Approx(5e-6 + 2 * ((7e9 / 8 + 4e6 + 0.5e9 / 8) / 450e9 + 7 * 1.5e-6) +
               2 * 2 * 3e9 / 32 / 50e9 + 6 * 5e-6)
            .epsilon(1e-14));
}

TEST_CASE("rings by rail pass inside and across at once, and wait for both", "[collective]") {
  CHECK(estimated("rail_rings", Operation::all_reduce, evenly(4, 8), 1e9) ==
        Approx(2 * 31e9 / 32 / 8 / 50e9 + 2 * 4 * 7 * 1.5e-6 + 2 * 3 * 5e-6).epsilon(1e-14));
}

TEST_CASE("a switch that sums is taken for large buffers of a node", "[collective]") {
  const Standing standing = evenly(1, 8);
  Group group = standing.group();
  group.switch_cost = 1.2;
  CHECK(fastest(Operation::all_reduce, group, Bytes(1e10), around).name == "in_switch");
  CHECK(fastest(Operation::all_gather, group, Bytes(1e10), around).name == "ring");
  group.switch_cost = 3;
  CHECK(fastest(Operation::all_reduce, group, Bytes(1e10), around).name == "ring");
}

TEST_CASE("phases follow each other in an estimate", "[collective]") {
  CHECK(estimated("hierarchical", Operation::all_reduce, evenly(4, 8), 1e9) ==
        Approx(2 * (7.0 / 8 * 1e9 / 450e9 + 7 * 1.5e-6) + 2 * 3.0 / 32 * 1e9 / 50e9 + 6 * 5e-6)
            .epsilon(1e-14));
}

TEST_CASE("transfers of a phase share a member's bandwidth and wait side by side", "[collective]") {
  CHECK(estimated("bidirectional_ring", Operation::all_gather, evenly(1, 8), 1e9) ==
        Approx(estimated("ring", Operation::all_gather, evenly(1, 8), 1e9)).epsilon(1e-14));
  CHECK(estimated("direct", Operation::all_gather, evenly(1, 8), 1e9) ==
        Approx(7.0 / 8 * 1e9 / 450e9 + 1.5e-6).epsilon(1e-14));
}

TEST_CASE("inside and across are counted apart in an estimate", "[collective]") {
  // To 7 members of its own node and to 8 of the other.
  CHECK(estimated("direct", Operation::all_to_all, evenly(2, 8), 1e9) ==
        Approx(std::max(7.0 / 16 * 1e9 / 450e9 + 1.5e-6, 8.0 / 16 * 1e9 / 50e9 + 5e-6))
            .epsilon(1e-14));
}

TEST_CASE("nothing to exchange takes no time", "[collective]") {
  CHECK(estimate({}, evenly(1, 1).group(), Bytes(1e9), around) == Seconds(0));
}

// On a mesh a reduce-scatter is an all-gather backwards: received is what is sent in the other.
TEST_CASE("a member that receives more than it sends takes as long as the receiving",
          "[collective]") {
  const Phase to_first{{{{nobody, 0, nobody}, 0.5, 1}, {{nobody, nobody, 0}, 0.75, 2}}};
  CHECK(estimate(std::vector{to_first}, evenly(1, 3).group(), Bytes(1e9), around).value() ==
        Approx(1.25e9 / 450e9 + 2 * 1.5e-6).epsilon(1e-14));
  for (const Standing& standing : {evenly(1, 12), evenly(12, 1)}) {
    const double scatter = estimated("mesh_2d", Operation::reduce_scatter, standing, 1e9);
    CHECK(scatter == Approx(estimated("mesh_2d", Operation::all_gather, standing, 1e9)));
  }
}

TEST_CASE("what is received inside and from across is counted apart in an estimate",
          "[collective]") {
  const Phase to_first{{{{nobody, 0, nobody}, 0.5, 1}, {{nobody, nobody, 0}, 0.75, 2}}};
  const Standing standing{{0, 0, 1}};
  CHECK(estimate(std::vector{to_first}, standing.group(), Bytes(1e9), around).value() ==
        Approx(0.75e9 / 50e9 + 2 * 5e-6).epsilon(1e-14));
}

TEST_CASE("fastest is no slower than any automatic row that fits", "[collective]") {
  for (const Standing& standing : standings()) {
    for (const Operation operation : operations) {
      for (const double bytes : {1e3, 1e6, 1e9}) {
        CAPTURE(operation, standing.node_of, standing.columns, bytes);
        const AlgorithmRow& best = fastest(operation, standing.group(), Bytes(bytes), around);
        CHECK(best.automatic);
        const double shortest = estimated(best.name, operation, standing, bytes / best.tuned);
        for (const AlgorithmRow& row : algorithms()) {
          if (!row.automatic || (row.everyone && operation != Operation::all_to_all)) continue;
          if (row.phases(operation, standing.group()).empty()) continue;
          CAPTURE(row.name);
          const double other = estimated(row.name, operation, standing, bytes / row.tuned);
          CHECK(shortest <= other * (1 + 1e-12));
        }
      }
    }
  }
}

TEST_CASE("fastest for large buffers of a prime number is a ring, for small ones a tree",
          "[collective]") {
  CHECK(fastest_name(Operation::all_reduce, evenly(7, 1), 10e9) == "ring");
  CHECK(fastest_name(Operation::all_reduce, evenly(7, 1), 10) == "double_binary_tree");
}

TEST_CASE("fastest on many nodes is made of rings for large buffers, of trees for small ones",
          "[collective]") {
  for (const std::int64_t nodes : {16, 32, 128}) {
    CAPTURE(nodes);
    CHECK(fastest_name(Operation::all_reduce, evenly(nodes, 8), 10e9) == "rail_rings");
    CHECK(fastest_name(Operation::all_reduce, evenly(nodes, 8), 1e4) == "hierarchical_tree");
    CHECK(fastest_name(Operation::all_reduce, evenly(nodes, 1), 10e9) == "ring");
    CHECK(fastest_name(Operation::all_reduce, evenly(nodes, 1), 1e4) == "double_binary_tree");
  }
}

// Of two members both send one buffer in two messages, ring or trees.
TEST_CASE("of a ring and trees with equal bytes and messages fastest is the ring", "[collective]") {
  CHECK(estimated("ring", Operation::all_reduce, evenly(2, 1), 1e6) ==
        Approx(estimated("double_binary_tree", Operation::all_reduce, evenly(2, 1), 1e6)));
  CHECK(fastest_name(Operation::all_reduce, evenly(2, 1), 1e6) == "ring");
}

TEST_CASE("a bidirectional ring leaves uneven nodes by the interfaces of two members",
          "[collective]") {
  const Standing standing{{0, 0, 0, 1, 1}};
  CHECK(estimated("bidirectional_ring", Operation::all_reduce, standing, 10e9) <
        0.51 * estimated("ring", Operation::all_reduce, standing, 10e9));
}

TEST_CASE("fastest leaves out what is not automatic, faster or not", "[collective]") {
  CHECK(fastest_name(Operation::all_reduce, {{0, 0, 0, 1, 1}}, 10e9) == "ring");
  CHECK(fastest_name(Operation::all_reduce, evenly(3, 8), 10e9) == "rail_rings");
  CHECK(fastest_name(Operation::all_reduce, evenly(4, 8), 10e9) == "rail_rings");
}

TEST_CASE("fastest never sends from everyone to everyone but for an all-to-all", "[collective]") {
  CHECK(fastest_name(Operation::all_reduce, evenly(1, 7), 10) != "direct");
  CHECK(fastest_name(Operation::all_to_all, evenly(1, 7), 10) == "direct");
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("the fastest way to exchange with nobody is a broken contract", "[collective]") {
  CHECK_THROWS_AS(fastest_name(Operation::all_reduce, evenly(1, 1), 1), ContractError);
}
#endif

}  // namespace trainyard::collective
