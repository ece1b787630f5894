// Dojo: dies in an open 2D mesh, grouped in tiles. Between two dies of a tile runs an edge of
// `bandwidth` each way; between two tiles the dies along the border share `tile_edge` each way.
// Dies are numbered tile by tile in a snake, and within a tile row by row in a snake: consecutive
// dies of a tile are neighbours, so a tensor-parallel group is a compact patch. Routes go along the
// row first, then along the column (dimension order).
// Source: Hot Chips 34, doi 10.1109/HCS55958.2022.9895534 (figures); the layout in a tray is
// assumed.
#pragma once

#include "hardware/fabric/fabric.hpp"

namespace trainyard::hardware {

class TileMesh final : public Fabric {
 public:
  TileMesh(const Node& node, std::int64_t nodes);
  // Four directions out of every die, then four out of every tile.
  [[nodiscard]] std::int64_t links() const override { return 4 * (rows_ * columns_ + tiles_); }
  [[nodiscard]] Link link(LinkId link) const override;
  void route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const override;

 private:
  struct Spot {
    std::int64_t row;
    std::int64_t column;
  };
  [[nodiscard]] Spot spot(std::int64_t die) const;
  void hop(Spot from, Spot to, std::vector<LinkId>& path) const;

  std::int64_t tile_rows_;
  std::int64_t tile_columns_;
  std::int64_t tiles_across_;
  std::int64_t rows_;
  std::int64_t columns_;
  std::int64_t tiles_;
  Link die_edge_;
  Link tile_edge_;
};

}  // namespace trainyard::hardware
