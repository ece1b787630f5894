#include "collective/in_node.hpp"

#include <catch2/catch.hpp>

#include "base/check.hpp"

namespace trainyard::collective {
namespace {

constexpr double port = 450e9;
constexpr double switch_latency = 1.5e-6;

// Eight accelerators on NVSwitch. Ways out of the node do not matter here.
hardware::Node switched() {
  hardware::Node node;
  node.accelerators = 8;
  node.scale_up.kind = "nvswitch";
  node.scale_up.bandwidth = BytesPerSecond(port);
  node.scale_up.efficiency = 0.8;
  node.scale_up.latency = Seconds(switch_latency);
  node.nics = 1;
  node.nic.bandwidth = BytesPerSecond(50e9);
  node.scale_out.kind = "star";
  return node;
}

// Tiles of `edge` x `edge` dies.
hardware::Node tiles(std::int64_t edge, std::int64_t down, std::int64_t across, double tile_edge) {
  hardware::Node node = switched();
  node.accelerators = edge * edge * down * across;
  node.scale_up.kind = "tile_mesh";
  node.scale_up.bandwidth = BytesPerSecond(2e12);
  node.scale_up.latency = Seconds(0.2e-6);
  node.scale_up.tile_rows = edge;
  node.scale_up.tile_columns = edge;
  node.scale_up.tiles_down = down;
  node.scale_up.tiles_across = across;
  node.scale_up.tile_edge = BytesPerSecond(tile_edge);
  return node;
}

hardware::Node dojo_tray() {
  return tiles(5, 2, 3, 4.5e12);
}

// Two tiles of 2 x 2 dies side by side, in a snake each:
//   0 1 | 4 5
//   3 2 | 7 6
hardware::Node two_tiles(double tile_edge) {
  return tiles(2, 1, 2, tile_edge);
}

// Of nodes without overheads, by which small and large buffers would differ.
Line only_line(const hardware::Cluster& cluster, std::int64_t group, Operation operation) {
  const Lines lines = in_node_exchange(cluster, group, operation);
  REQUIRE(lines.all.size() == 1);
  return lines.all.front();
}

Line all_reduce(const hardware::Node& node, std::int64_t group) {
  return only_line(hardware::Cluster(node, 1), group, Operation::all_reduce);
}

hardware::Node with_costs() {
  hardware::Node node = switched();
  node.scale_up.setup = Seconds(5e-6);
  node.scale_up.message_overhead = Bytes(4e6);
  node.scale_up.own_piece = 0.5;
  return node;
}

constexpr double die_edge = 0.8 * 2e12;
constexpr double hop = 0.2e-6;

}  // namespace

TEST_CASE("on NVSwitch an all-reduce takes 2 (n - 1) / n B / b + 2 (n - 1) l", "[collective]") {
  for (const std::int64_t group : {2, 4, 8}) {
    const auto n = static_cast<double>(group);
    const Line line = all_reduce(switched(), group);
    for (const double bytes : {1.0, 1e6, 3e9}) {
      CHECK(line.at(Bytes(bytes)).value() ==
            Approx(2 * (n - 1) / n * bytes / (0.8 * 450e9) + 2 * (n - 1) * 1.5e-6).epsilon(1e-14));
    }
  }
}

TEST_CASE("in a node halves of an all-reduce take half of it", "[collective]") {
  const hardware::Cluster cluster(dojo_tray(), 1);
  const Line whole = only_line(cluster, 10, Operation::all_reduce);
  for (const Operation half : {Operation::reduce_scatter, Operation::all_gather}) {
    const Line line = only_line(cluster, 10, half);
    CHECK(line.per_byte == Approx(whole.per_byte / 2).epsilon(1e-14));
    CHECK(line.fixed.value() == Approx(whole.fixed.value() / 2).epsilon(1e-14));
  }
}

TEST_CASE("on NVSwitch an all-to-all takes (n - 1) / n B / b and one latency", "[collective]") {
  const Line line = only_line(hardware::Cluster(switched(), 1), 8, Operation::all_to_all);
  CHECK(line.per_byte == Approx(7.0 / 8 / (0.8 * port)).epsilon(1e-14));
  CHECK(line.fixed.value() == Approx(switch_latency).epsilon(1e-14));
}

TEST_CASE("on the tile mesh half of an all-to-all crosses between the tiles", "[collective]") {
  // Over the border go the pieces from each of four dies to each of four.
  const Line line = only_line(hardware::Cluster(two_tiles(0.9e12), 1), 8, Operation::all_to_all);
  CHECK(line.per_byte == Approx(4 * 4.0 / 8 / (0.8 * 0.9e12)).epsilon(1e-14));
  CHECK(line.fixed.value() == Approx(4 * hop).epsilon(1e-14));
}

TEST_CASE("on NVSwitch a broadcast takes B / b + (n - 1) l", "[collective]") {
  const Line line = only_line(hardware::Cluster(switched(), 1), 8, Operation::broadcast);
  CHECK(line.per_byte == Approx(1 / (0.8 * port)).epsilon(1e-14));
  CHECK(line.fixed.value() == Approx(7 * switch_latency).epsilon(1e-14));
}

TEST_CASE("a group of one has nothing to reduce", "[collective]") {
  const Line line = all_reduce(switched(), 1);
  CHECK(line.at(Bytes(1e9)) == Seconds(0));
}

TEST_CASE("a group that fills one row of a tile crosses every edge once", "[collective]") {
  const Line line = all_reduce(dojo_tray(), 5);
  // Four hops right, and back left over four edges in one.
  CHECK(line.per_byte == Approx(2 * 4.0 / 5 / die_edge).epsilon(1e-14));
  CHECK(line.fixed.value() == Approx(8 * 4 * hop).epsilon(1e-14));
}

TEST_CASE("on the tile mesh the most crossed edge sets the pace", "[collective]") {
  // 2 -> 3 goes left over the edge from die 2 to die 3; so does 7 -> 0 (left, left, up).
  const Line line = all_reduce(two_tiles(4.5e12), 8);
  CHECK(line.per_byte == Approx(2 * (14.0 / 8) / die_edge).epsilon(1e-14));
  CHECK(line.fixed.value() == Approx(14 * 3 * hop).epsilon(1e-14));
}

TEST_CASE("a narrow tile border sets the pace though it is crossed once", "[collective]") {
  const Line line = all_reduce(two_tiles(0.9e12), 8);
  CHECK(line.per_byte == Approx(14.0 / 8 / (0.8 * 0.9e12)).epsilon(1e-14));
}

TEST_CASE("groups on the tile mesh slow each other where their ways cross", "[collective]") {
  // Groups of 15 leave their tile in the middle of it: what one needs alone, all together need
  // more.
  const Line line = all_reduce(dojo_tray(), 15);
  CHECK(line.per_byte > 2 * 14.0 / 15 / die_edge * 1.5);
}

TEST_CASE("small buffers cost as much again, large ones a fixed time, on NVSwitch",
          "[collective]") {
  constexpr double b = 0.8 * port;
  for (const std::int64_t group : {2, 4, 8}) {
    const auto n = static_cast<double>(group);
    const hardware::Cluster cluster(with_costs(), 1);
    const Lines lines = in_node_exchange(cluster, group, Operation::all_gather);
    for (const double bytes : {1.0, 1e6, 3e9}) {
      const double sent = (n - 1) / n * bytes;
      const double besides = std::min(sent, 4e6) + 0.5 * bytes / n;
      CHECK(lines.at(Bytes(bytes)).value() ==
            Approx(5e-6 + (n - 1) * switch_latency + (sent + besides) / b).epsilon(1e-13));
    }
  }
}

TEST_CASE("members of an all-to-all pay the overhead and their own piece once", "[collective]") {
  const Lines lines =
      in_node_exchange(hardware::Cluster(with_costs(), 1), 8, Operation::all_to_all);
  CHECK(lines.at(Bytes(1e9)).value() ==
        Approx(5e-6 + switch_latency + (7e9 / 8 + 4e6 + 0.5e9 / 8) / (0.8 * port)).epsilon(1e-13));
}

TEST_CASE("a switch that sums moves 1 + 1/n buffers", "[collective]") {
  hardware::Node node = switched();
  node.scale_up.switch_reduction = 0.6;
  const Lines lines = in_node_exchange(hardware::Cluster(node, 1), 8, Operation::all_reduce);
  CHECK(lines.at(Bytes(1e9)).value() ==
        Approx(14 * switch_latency + 9e9 / 8 / (0.6 * port)).epsilon(1e-13));
}

TEST_CASE("on a full mesh exchanges use every link of a member to its group", "[collective]") {
  hardware::Node node = switched();
  node.scale_up.kind = "full_mesh";
  // Two halves, over as many links as there are others.
  CHECK(all_reduce(node, 8).per_byte == Approx(2 * 7.0 / 8 / (0.8 * port)).epsilon(1e-14));
  CHECK(all_reduce(node, 4).per_byte == Approx(2 * 7.0 / 4 / (0.8 * port)).epsilon(1e-14));
  CHECK(all_reduce(node, 8).fixed.value() == Approx(2 * switch_latency).epsilon(1e-14));
}

TEST_CASE("a switch that sums slows no exchange", "[collective]") {
  for (const double share : {0.1, 0.5, 0.8, 1.0}) {
    hardware::Node node = with_costs();
    const hardware::Cluster ring(node, 1);
    node.scale_up.switch_reduction = share;
    const hardware::Cluster sums(node, 1);
    for (const std::int64_t group : {2, 4, 8}) {
      for (const Operation operation : {Operation::all_reduce, Operation::all_gather}) {
        const Lines before = in_node_exchange(ring, group, operation);
        const Lines after = in_node_exchange(sums, group, operation);
        for (double bytes = 1; bytes < 1e11; bytes *= 3) {
          CHECK(after.at(Bytes(bytes)) <= before.at(Bytes(bytes)));
        }
      }
    }
  }
}

TEST_CASE("more bytes take longer in a node", "[collective]") {
  hardware::Node node = with_costs();
  node.scale_up.switch_reduction = 0.6;
  const hardware::Cluster cluster(node, 1);
  for (const Operation operation :
       {Operation::all_reduce, Operation::all_gather, Operation::all_to_all}) {
    const Lines lines = in_node_exchange(cluster, 8, operation);
    for (double bytes = 1; bytes < 1e11; bytes *= 3) {
      CHECK(lines.at(Bytes(3 * bytes)) > lines.at(Bytes(bytes)));
    }
  }
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("groups that do not fill the node are a broken contract", "[collective]") {
  CHECK_THROWS_AS(all_reduce(switched(), 3), ContractError);
}
#endif

}  // namespace trainyard::collective
