// Where the interface processors of a tile mesh sit and which dies use them: spread evenly along
// the mesh's two longer edges, each serving the dies beside it. Shares along an edge are even: the
// half of the mesh nearest to it is counted along it, line by line, and cut in equal parts.
// Source: V1 Dojo Interface Processors at the edges of the tile plane, 900 GB/s into the tile and
// 50 GB/s of TTPoE each, Hot Chips 34, doi 10.1109/HCS55958.2022.9895534; the even spread is
// assumed.
#pragma once

#include <array>
#include <cstdint>

namespace trainyard::hardware {

// A die by row and column; also the size of a mesh.
struct Spot {
  std::int64_t row;
  std::int64_t column;
};

class InterfaceProcessors {
 public:
  InterfaceProcessors(Spot size, std::int64_t count);
  [[nodiscard]] std::int64_t count() const { return sides_[0].count + sides_[1].count; }
  // The die at the border that the processor is joined to; several processors can share one.
  [[nodiscard]] Spot border(std::int64_t processor) const;
  // The processor that the die uses.
  [[nodiscard]] std::int64_t of(Spot die) const;

 private:
  struct Side {
    std::int64_t count = 0;  // processors
    std::int64_t depth = 0;  // dies from the edge to the other side's half
  };
  bool upright_;  // the longer edges are the left and right ones
  std::int64_t length_;
  std::int64_t across_;
  std::array<Side, 2> sides_{};
};

}  // namespace trainyard::hardware
