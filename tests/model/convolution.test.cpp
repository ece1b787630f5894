#include "model/convolution.hpp"

#include <catch2/catch.hpp>

namespace trainyard::model {

// He et al., arXiv 1512.03385, table 1: conv2_x of the 18-layer network, four convolutions of 3 x 3
// over 56 x 56 positions and 64 channels.
TEST_CASE("a stage of convolutions has the work of its products", "[model]") {
  const Part part = convolutions({{.name = "conv2",
                                   .height = 56,
                                   .width = 56,
                                   .channels_in = 64,
                                   .channels_out = 64,
                                   .kernel = 3,
                                   .blocks = 4}},
                                 2);
  CHECK(part.parameters == 4 * 9 * 64 * 64);
  Flops work;
  for (const Operator& op : part.operators) work += forward_work(op);
  CHECK(work == Flops(2.0 * 2 * 56 * 56 * part.parameters));
}

TEST_CASE("only the first block of a stage takes the stage's input channels", "[model]") {
  const Part part = convolutions({{.name = "down",
                                   .height = 28,
                                   .width = 28,
                                   .channels_in = 64,
                                   .channels_out = 128,
                                   .kernel = 3,
                                   .blocks = 2}},
                                 1);
  CHECK(part.parameters == 9.0 * (64 * 128 + 128 * 128));
  CHECK(part.operators[0].stored == Bytes(2 * 28 * 28 * 64));
  CHECK(part.operators[2].stored == Bytes(2 * 28 * 28 * 128));
}

}  // namespace trainyard::model
