// A node: accelerators joined by a scale-up fabric, with network interfaces and host power. What is
// delivered, powered and handed to jobs is whole nodes (DGX boxes, Dojo trays).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/units.hpp"
#include "hardware/accelerator.hpp"

namespace trainyard::hardware {

// How the accelerators of a node reach each other; figures are one direction of one accelerator.
struct ScaleUp {
  std::string kind;  // a scale-up row of the fabric catalog
  BytesPerSecond bandwidth;
  double efficiency = 1;  // share of the bandwidth that large transfers reach
  Seconds latency;        // of one hop
  // Tile mesh only: dies in a tile, tiles in a node, and what one tile edge carries one way.
  std::int64_t tile_rows = 0;
  std::int64_t tile_columns = 0;
  std::int64_t tiles_down = 0;
  std::int64_t tiles_across = 0;
  BytesPerSecond tile_edge;
};

// One network interface (NIC, Dojo interface processor), one direction.
struct Nic {
  BytesPerSecond bandwidth;
  double efficiency = 1;
  Seconds latency;  // end to end without switches
};

// Memory that the accelerators of a node share and stream from (Dojo's interface processors).
struct SharedMemory {
  Bytes capacity;
  BytesPerSecond bandwidth;
};

// How nodes reach each other.
struct ScaleOut {
  std::string name;
  std::string summary;
  std::string kind;  // a scale-out row of the fabric catalog
  Seconds switch_latency;
  // Leaf/spine only.
  std::int64_t nodes_per_leaf = 0;
  double oversubscription = 1;  // bandwidth of a leaf down to its nodes over up to the spines
};

struct NodePower {
  Watts rated;
  Watts measured;  // largest draw seen in training; the rated one where nobody published any
  Watts idle;
};

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

}  // namespace trainyard::hardware
