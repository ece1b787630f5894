#include "hardware/fabric/interface_processors.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace trainyard::hardware {

InterfaceProcessors::InterfaceProcessors(Spot size, std::int64_t count)
    : upright_(size.row > size.column),
      length_(std::max(size.row, size.column)),
      across_(std::min(size.row, size.column)) {
  EXPECT(count > 0);
  const bool one_sided = across_ == 1 || count == 1;
  sides_[0] = {one_sided ? count : (count + 1) / 2, one_sided ? across_ : (across_ + 1) / 2};
  sides_[1] = {count - sides_[0].count, across_ - sides_[0].depth};
}

Spot InterfaceProcessors::border(std::int64_t processor) const {
  const bool far = processor >= sides_[0].count;
  const std::int64_t place = far ? processor - sides_[0].count : processor;
  const std::int64_t along = (2 * place + 1) * length_ / (2 * sides_[far ? 1 : 0].count);
  const std::int64_t deep = far ? across_ - 1 : 0;
  return upright_ ? Spot{along, deep} : Spot{deep, along};
}

std::int64_t InterfaceProcessors::of(Spot die) const {
  const std::int64_t along = upright_ ? die.row : die.column;
  const std::int64_t deep = upright_ ? die.column : die.row;
  const bool far = deep >= sides_[0].depth;
  const Side& side = sides_[far ? 1 : 0];
  const std::int64_t from_edge = far ? across_ - 1 - deep : deep;
  const std::int64_t counted = along * side.depth + from_edge;
  return (far ? sides_[0].count : 0) + counted * side.count / (length_ * side.depth);
}

}  // namespace trainyard::hardware
