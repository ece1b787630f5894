#include "hardware/fabric/tile_mesh.hpp"

#include <cstdlib>

#include "base/check.hpp"

namespace trainyard::hardware {
namespace {

// Position of step `index` of a snake over rows of `columns`: even rows run right, odd ones left.
Spot snake(std::int64_t index, std::int64_t columns) {
  const std::int64_t row = index / columns;
  const std::int64_t along = index % columns;
  return {row, row % 2 == 0 ? along : columns - 1 - along};
}

// Which of the four links out of a die or tile leads to its neighbour.
std::int64_t direction_of(std::int64_t down, std::int64_t right) {
  if (right != 0) return right > 0 ? 0 : 1;
  return down > 0 ? 2 : 3;
}

}  // namespace

// A crossing of a tile border crosses the die edge too: its latency is paid there, once.
TileMesh::TileMesh(const Node& node, std::int64_t /*nodes*/)
    : tile_rows_(node.scale_up.tile_rows),
      tile_columns_(node.scale_up.tile_columns),
      tiles_across_(node.scale_up.tiles_across),
      rows_(node.scale_up.tile_rows * node.scale_up.tiles_down),
      columns_(node.scale_up.tile_columns * node.scale_up.tiles_across),
      tiles_(node.scale_up.tiles_down * node.scale_up.tiles_across),
      die_edge_{node.scale_up.bandwidth * node.scale_up.efficiency, node.scale_up.latency},
      tile_edge_{node.scale_up.tile_edge * node.scale_up.efficiency, Seconds(0)},
      processor_edge_{node.scale_up.processor_edge * node.scale_up.efficiency,
                      node.scale_up.latency},
      shortcut_from_hops_(node.scale_up.shortcut_from_hops),
      at_border_(node.scale_up.processor_edge > BytesPerSecond(0)),
      processors_({rows_, columns_}, node.nics) {
  EXPECT(rows_ * columns_ == node.accelerators);
  EXPECT(shortcut_from_hops_ == 0 || at_border_);
}

std::int64_t TileMesh::links() const {
  return first_processor_link() + (at_border_ ? 2 * processors_.count() : 0);
}

Link TileMesh::link(LinkId link) const {
  if (link.value() < first_tile_link()) return die_edge_;
  return link.value() < first_processor_link() ? tile_edge_ : processor_edge_;
}

std::string_view TileMesh::kind_of(LinkId link) const {
  if (link.value() < first_tile_link()) return "die edge";
  if (link.value() < first_processor_link()) return "tile edge";
  return (link.value() - first_processor_link()) % 2 == 0 ? "processor out" : "processor in";
}

Spot TileMesh::spot(std::int64_t die) const {
  const std::int64_t per_tile = tile_rows_ * tile_columns_;
  const Spot tile = snake(die / per_tile, tiles_across_);
  const Spot inner = snake(die % per_tile, tile_columns_);
  // In tiles of an odd row of tiles the snake runs leftwards, so the dies are mirrored there.
  const std::int64_t column = tile.row % 2 == 0 ? inner.column : tile_columns_ - 1 - inner.column;
  return {tile.row * tile_rows_ + inner.row, tile.column * tile_columns_ + column};
}

void TileMesh::hop(Spot from, Spot to, std::vector<LinkId>& path) const {
  const std::int64_t direction = direction_of(to.row - from.row, to.column - from.column);
  path.emplace_back(4 * (from.row * columns_ + from.column) + direction);
  const std::int64_t tile = from.row / tile_rows_ * tiles_across_ + from.column / tile_columns_;
  const std::int64_t next = to.row / tile_rows_ * tiles_across_ + to.column / tile_columns_;
  if (tile != next) path.emplace_back(first_tile_link() + 4 * tile + direction);
}

void TileMesh::walk(Spot at, Spot end, std::vector<LinkId>& path) const {
  while (at.column != end.column) {
    const Spot next{at.row, at.column + (end.column > at.column ? 1 : -1)};
    hop(at, next, path);
    at = next;
  }
  while (at.row != end.row) {
    const Spot next{at.row + (end.row > at.row ? 1 : -1), at.column};
    hop(at, next, path);
    at = next;
  }
}

void TileMesh::route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const {
  walk(spot(src), spot(dst), path);
}

std::int64_t TileMesh::interface_of(std::int64_t die) const {
  return processors_.of(spot(die));
}

void TileMesh::leave(std::int64_t die, std::int64_t interface, std::vector<LinkId>& path) const {
  walk(spot(die), processors_.border(interface), path);
  path.emplace_back(first_processor_link() + 2 * interface);
}

void TileMesh::enter(std::int64_t interface, std::int64_t die, std::vector<LinkId>& path) const {
  path.emplace_back(first_processor_link() + 2 * interface + 1);
  walk(processors_.border(interface), spot(die), path);
}

bool TileMesh::leads_around(std::int64_t src, std::int64_t dst) const {
  if (shortcut_from_hops_ == 0) return false;
  const Spot from = spot(src);
  const Spot to = spot(dst);
  return std::abs(from.row - to.row) + std::abs(from.column - to.column) >= shortcut_from_hops_;
}

}  // namespace trainyard::hardware
