// Small datasets that have one of everything a result file can hold, shared by the tests here and
// by the program whose file the Python test reads.
#pragma once

#include "base/dataset.hpp"

namespace trainyard::output {

// Axes with number and text coordinates, one without, one of size 0; all three value types; NaN,
// infinity, empty and non-ASCII text; a scalar.
Dataset sample();

// One variable `value[index]` of n numbers that compress badly, so that its file has about 8 n
// bytes.
Dataset noise(std::size_t n);

}  // namespace trainyard::output
