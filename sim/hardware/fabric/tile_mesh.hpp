// Dojo: dies in an open 2D mesh, grouped in tiles. Between two dies of a tile runs an edge of
// `bandwidth` each way; between two tiles the dies along the border share `tile_edge` each way.
// Dies are numbered tile by tile in a snake, and within a tile row by row in a snake: consecutive
// dies of a tile are neighbours, so a tensor-parallel group is a compact patch. Routes go along the
// row first, then along the column (dimension order).
//
// With `processor_edge` interfaces are interface processors at the border: see
// interface_processors.hpp for where and whose. Without, they sit right at the dies that use them.
//
// Source: Hot Chips 34, doi 10.1109/HCS55958.2022.9895534 (figures); the layout in a tray is
// assumed.
#pragma once

#include "hardware/fabric/fabric.hpp"
#include "hardware/fabric/interface_processors.hpp"

namespace trainyard::hardware {

class TileMesh final : public Fabric, private Exits {
 public:
  TileMesh(const Node& node, std::int64_t nodes);
  // Four directions out of every die, four out of every tile, then out to every processor and in.
  [[nodiscard]] std::int64_t links() const override;
  [[nodiscard]] Link link(LinkId link) const override;
  void route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const override;
  [[nodiscard]] std::string_view kind_of(LinkId link) const override;
  [[nodiscard]] const Exits* exits() const override { return at_border_ ? this : nullptr; }

 private:
  [[nodiscard]] std::int64_t interface_of(std::int64_t die) const override;
  void leave(std::int64_t die, std::int64_t interface, std::vector<LinkId>& path) const override;
  void enter(std::int64_t interface, std::int64_t die, std::vector<LinkId>& path) const override;
  [[nodiscard]] bool leads_around(std::int64_t src, std::int64_t dst) const override;

  [[nodiscard]] std::int64_t first_tile_link() const { return 4 * rows_ * columns_; }
  [[nodiscard]] std::int64_t first_processor_link() const { return first_tile_link() + 4 * tiles_; }
  [[nodiscard]] Spot spot(std::int64_t die) const;
  void walk(Spot at, Spot end, std::vector<LinkId>& path) const;
  void hop(Spot from, Spot to, std::vector<LinkId>& path) const;

  std::int64_t tile_rows_;
  std::int64_t tile_columns_;
  std::int64_t tiles_across_;
  std::int64_t rows_;
  std::int64_t columns_;
  std::int64_t tiles_;
  Link die_edge_;
  Link tile_edge_;
  Link processor_edge_;
  std::int64_t shortcut_from_hops_;
  bool at_border_;  // interfaces are processors there
  InterfaceProcessors processors_;
};

}  // namespace trainyard::hardware
