// Time of attention whose scores stay on the chip (Dao, arXiv 2307.08691): blocks of 128 queries of
// a head are dealt out to the chip's units, in waves. Each score costs its two products and an
// exponential, which weighs more where heads are narrow.
#pragma once

#include "base/units.hpp"
#include "hardware/accelerator.hpp"

namespace trainyard::kernel {

struct Attention {
  double heads = 1;      // of all samples together
  double queries = 1;    // of a head
  double head_size = 1;  // columns, mean of keys and values
  Flops work;            // the two products of all heads; masked half left out
  Bytes traffic;         // read and written
};

enum class Direction { forward, backward };

// `quality`: the library's share of what the chip's parameters say. Launch included. Backward makes
// the scores again: five products against two.
Seconds duration(const Attention& attention, Direction direction, hardware::Precision precision,
                 double quality, const hardware::Accelerator& accelerator);

}  // namespace trainyard::kernel
