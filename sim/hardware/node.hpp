// A node: accelerators joined by a scale-up fabric, with network interfaces and host power. What is
// delivered, powered and handed to jobs is whole nodes (DGX boxes, Dojo trays).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "hardware/accelerator.hpp"

namespace trainyard::hardware {

// How the accelerators of a node reach each other; figures are one direction of one accelerator.
struct ScaleUp {
  std::string kind;  // a scale-up row of the fabric catalog
  BytesPerSecond bandwidth;
  double efficiency = 1;  // share of the bandwidth that large transfers reach
  Seconds latency;        // of one hop
  Seconds setup;          // of an exchange, whatever its size: launch and handshakes
  // Bytes that what a member sends in a phase of an exchange costs besides its own, but never more
  // than its own: up to this size half of the bandwidth is reached (flags beside the data, as in
  // NCCL's low-latency protocols), from there on it is a fixed time (filling the pipeline).
  Bytes message_overhead;
  // What a member's own piece costs it in a phase of an exchange, over sending it: a copy.
  double own_piece = 0;
  // Share of the bandwidth that all-reduces reach whose sums the switch does; 0: it does none.
  double switch_reduction = 0;
  // Tile mesh only: dies in a tile, tiles in a node, and what one tile edge carries one way.
  std::int64_t tile_rows = 0;
  std::int64_t tile_columns = 0;
  std::int64_t tiles_down = 0;
  std::int64_t tiles_across = 0;
  BytesPerSecond tile_edge;
  // Tile mesh only: what an interface processor carries into its tile one way, 0: interfaces sit at
  // the dies; and from how many mesh hops on a transfer leaves by the processors, 0: never.
  BytesPerSecond processor_edge;
  std::int64_t shortcut_from_hops = 0;
};

// One network interface (NIC, Dojo interface processor), one direction.
struct Nic {
  BytesPerSecond bandwidth;
  double efficiency = 1;
  Seconds latency;         // end to end without switches
  Seconds handling;        // of a message, at both ends: software and protocol, besides latency
  Bytes message_overhead;  // as of ScaleUp
};

// Memory that the accelerators of a node share and stream from (Dojo's interface processors).
struct SharedMemory {
  Bytes capacity;
  BytesPerSecond bandwidth;
};

// A network drawn by hand. Vertices are `nodes` nodes, then `switches` switches.
struct Graph {
  struct Edge {
    std::int64_t from = 0;
    std::int64_t to = 0;
    BytesPerSecond bandwidth;  // one direction
    Seconds latency;
    bool one_way = false;
  };
  std::int64_t nodes = 0;
  std::int64_t switches = 0;
  std::vector<Edge> edges;
};

// How nodes reach each other.
struct ScaleOut {
  std::string name;
  std::string summary;
  std::string kind;  // a scale-out row of the fabric catalog
  Seconds switch_latency;
  // Networks of leaves only.
  std::int64_t nodes_per_leaf = 0;
  double oversubscription = 1;  // bandwidth of a leaf down to its nodes over up to the spines
  // Clos only.
  std::int64_t leaves_per_pod = 0;
  double pod_oversubscription = 1;  // bandwidth of a pod's leaves up over that of the pod
  std::vector<std::int64_t> shape;  // torus only: nodes along each of one to three dimensions
  Graph graph;                      // custom only

  // How many nodes it can join; 0: any number.
  [[nodiscard]] std::int64_t most_nodes() const;
};

struct NodePower {
  Watts rated;
  Watts measured;  // largest draw seen in training; the rated one where nobody published any
  Watts idle;
};

// Power of nodes that compute, over idle power, goes as the clock to this exponent: dynamic power
// is f V^2, and V falls with f down to a floor. Assumed; 2 to 3 for the upper half of the range.
inline constexpr double power_exponent = 2.4;

struct Node {
  std::string name;
  std::string summary;
  Accelerator accelerator;
  std::int64_t accelerators = 1;
  ScaleUp scale_up;
  std::int64_t nics = 1;
  Nic nic;
  std::optional<SharedMemory> shared_memory;
  BytesPerSecond ingest;  // input data from the host's side to all accelerators together
  ScaleOut scale_out;
  NodePower power;
  Usd price;
};

// The node with the clocks of its accelerators at `clock` times the usual: what they compute slows,
// what they move does not, and all power above idle falls.
Node at_clock(Node node, double clock);
NodePower at_clock(const NodePower& power, double clock);

}  // namespace trainyard::hardware
