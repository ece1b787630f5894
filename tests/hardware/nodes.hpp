// Small nodes built by hand, so that tests of hardware depend on nothing above it.
#pragma once

#include "hardware/node.hpp"

namespace trainyard::hardware {

// Eight accelerators and interfaces; `nodes_per_leaf` small enough that a few nodes span leaves.
inline Node dgx(std::int64_t nodes_per_leaf = 4, double oversubscription = 1) {
  Node node;
  node.accelerators = 8;
  node.scale_up = {.kind = "nvswitch",
                   .bandwidth = BytesPerSecond(450e9),
                   .efficiency = 0.8,
                   .latency = Seconds(1.5e-6)};
  node.nics = 8;
  node.nic = {BytesPerSecond(50e9), 0.9, Seconds(2e-6)};
  node.ingest = BytesPerSecond(512e9);
  node.scale_out = {.kind = "rail_leaf_spine",
                    .switch_latency = Seconds(0.3e-6),
                    .nodes_per_leaf = nodes_per_leaf,
                    .oversubscription = oversubscription};
  return node;
}

inline Node dojo_tray() {
  Node node;
  node.accelerators = 150;
  node.scale_up = {.kind = "tile_mesh",
                   .bandwidth = BytesPerSecond(2e12),
                   .efficiency = 0.8,
                   .latency = Seconds(0.2e-6),
                   .tile_rows = 5,
                   .tile_columns = 5,
                   .tiles_down = 2,
                   .tiles_across = 3,
                   .tile_edge = BytesPerSecond(4.5e12)};
  node.nics = 20;
  node.nic = {BytesPerSecond(50e9), 0.9, Seconds(1.3e-6)};
  node.ingest = BytesPerSecond(640e9);
  node.scale_out = {.kind = "star", .switch_latency = Seconds(0.6e-6)};
  return node;
}

// Its interface processors stand at the border.
inline Node dojo_tray_with_processors() {
  Node node = dojo_tray();
  node.scale_up.processor_edge = BytesPerSecond(900e9);
  return node;
}

// Pods of two leaves of two nodes.
inline Node clos_node() {
  Node node = dgx(2);
  node.scale_out.kind = "clos";
  node.scale_out.leaves_per_pod = 2;
  return node;
}

inline Node torus_node(std::vector<std::int64_t> shape) {
  Node node = dgx();
  node.scale_out = {.kind = "torus", .switch_latency = Seconds(0.3e-6), .shape = std::move(shape)};
  return node;
}

// Six nodes: 0, 1, 2 on switch 6, which nodes 3, 4, 5 reach through switch 7; node 5 hangs on 4.
inline Graph small_graph() {
  const auto edge = [](std::int64_t from, std::int64_t to) {
    return Graph::Edge{from, to, BytesPerSecond(100e9), Seconds(1e-6)};
  };
  return {.nodes = 6,
          .switches = 2,
          .edges = {edge(0, 6), edge(1, 6), edge(2, 6), edge(3, 7), edge(4, 7), edge(5, 4),
                    edge(6, 7)}};
}

inline Node custom_node(Graph graph = small_graph()) {
  Node node = dgx();
  node.scale_out = {.kind = "custom", .switch_latency = Seconds(0.3e-6), .graph = std::move(graph)};
  return node;
}

}  // namespace trainyard::hardware
