// How a dataset is laid out in the file, apart from HDF5: shapes, chunks and the contract that a
// dataset must keep to be written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/dataset.hpp"

namespace trainyard::output {

// Sizes along the axes, outermost first; empty for a scalar.
using Shape = std::vector<std::uint64_t>;

// Sizes of the variable's axes, in its order. Its dimensions must name axes.
Shape shape(const Variable& variable, const std::vector<Axis>& axes);

// Number of values in an array of that shape: 1 for a scalar, 0 where an axis is empty.
std::uint64_t count(const Shape& shape);

// Shape of the chunks for an array of 8-byte numbers without empty axes: the whole array up to
// 512 KiB, else slabs of 128 to 512 KiB cut along the outer axes, of nearly equal size.
Shape chunk_shape(const Shape& shape);

// The variable that holds the axis's coordinates, or nullptr.
const Variable* coordinates(const Dataset& dataset, const Axis& axis);

// The contract of a writable dataset: names are unique and free of '/'; dimensions name axes, none
// twice in one variable; every variable has as many values as its shape; coordinates have their own
// axis as only dimension; no text has a zero byte (HDF5 would cut it there).
bool sound(const Dataset& dataset);

}  // namespace trainyard::output
