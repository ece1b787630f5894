#include "hardware/fabric/tile_mesh.hpp"

#include "base/check.hpp"

namespace trainyard::hardware {
namespace {

// Position of step `index` of a snake over rows of `columns`: even rows run right, odd ones left.
struct Cell {
  std::int64_t row;
  std::int64_t column;
};
Cell snake(std::int64_t index, std::int64_t columns) {
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
      tile_edge_{node.scale_up.tile_edge * node.scale_up.efficiency, Seconds(0)} {
  EXPECT(rows_ * columns_ == node.accelerators);
}

Link TileMesh::link(LinkId link) const {
  return link.value() < 4 * rows_ * columns_ ? die_edge_ : tile_edge_;
}

TileMesh::Spot TileMesh::spot(std::int64_t die) const {
  const std::int64_t per_tile = tile_rows_ * tile_columns_;
  const Cell tile = snake(die / per_tile, tiles_across_);
  const Cell inner = snake(die % per_tile, tile_columns_);
  // In tiles of an odd row of tiles the snake runs leftwards, so the dies are mirrored there.
  const std::int64_t column = tile.row % 2 == 0 ? inner.column : tile_columns_ - 1 - inner.column;
  return {tile.row * tile_rows_ + inner.row, tile.column * tile_columns_ + column};
}

void TileMesh::hop(Spot from, Spot to, std::vector<LinkId>& path) const {
  const std::int64_t direction = direction_of(to.row - from.row, to.column - from.column);
  path.emplace_back(4 * (from.row * columns_ + from.column) + direction);
  const std::int64_t tile = from.row / tile_rows_ * tiles_across_ + from.column / tile_columns_;
  const std::int64_t next = to.row / tile_rows_ * tiles_across_ + to.column / tile_columns_;
  if (tile != next) path.emplace_back(4 * (rows_ * columns_ + tile) + direction);
}

void TileMesh::route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const {
  Spot at = spot(src);
  const Spot end = spot(dst);
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

}  // namespace trainyard::hardware
