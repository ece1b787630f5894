#include <array>

#include "hardware/fabric/clos.hpp"
#include "hardware/fabric/custom.hpp"
#include "hardware/fabric/fabric.hpp"
#include "hardware/fabric/full_mesh.hpp"
#include "hardware/fabric/rail_leaf_spine.hpp"
#include "hardware/fabric/star.hpp"
#include "hardware/fabric/tile_mesh.hpp"
#include "hardware/fabric/torus.hpp"

namespace trainyard::hardware {
namespace {

template <class Member>
std::unique_ptr<Fabric> make(const Node& node, std::int64_t nodes) {
  return std::make_unique<Member>(node, nodes);
}

constexpr std::array rows{
    FabricRow{"nvswitch", "every accelerator has a port each way on a non-blocking switch",
              Scale::up, nvswitch},
    FabricRow{"tile_mesh", "open 2D mesh of dies in tiles, routed along rows, then columns",
              Scale::up, make<TileMesh>},
    FabricRow{"full_mesh", "every pair of accelerators joined by a link of its own", Scale::up,
              make<FullMesh>},
    FabricRow{"rail_leaf_spine", "interface i of a group of nodes on leaf i, spines above",
              Scale::out, make<RailLeafSpine>},
    FabricRow{"star", "all interfaces on one non-blocking switch", Scale::out, star},
    FabricRow{"fat_tree", "all interfaces of a group of nodes on one leaf, spines above",
              Scale::out, fat_tree},
    FabricRow{"clos", "leaves as of fat_tree in pods, a core above", Scale::out, clos},
    FabricRow{"torus", "each node linked to its neighbours in one to three dimensions", Scale::out,
              make<Torus>},
    FabricRow{"custom", "switches and edges drawn one by one, shortest paths", Scale::out,
              make<Custom>},
};

}  // namespace

std::span<const FabricRow> fabrics() {
  return rows;
}

}  // namespace trainyard::hardware
