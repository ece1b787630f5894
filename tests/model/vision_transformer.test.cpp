#include "model/vision_transformer.hpp"

#include <catch2/catch.hpp>

namespace trainyard::model {
namespace {

VisionTransformer large() {
  return {.image = 224,
          .patch = 16,
          .layers = 24,
          .hidden = 1024,
          .heads = 16,
          .ffn = 4096,
          .classes = 1000};
}

}  // namespace

// torchvision vit_l_16: 304.3 M parameters, 61.55 G multiply-adds; Dosovitskiy et al.,
// arXiv 2010.11929, table 1, prints 307 M.
TEST_CASE("ViT-L/16 has 304 million parameters and 61.6 billion multiply-adds", "[model]") {
  const Model model = build(large());
  CHECK(parameters(model) == Approx(304.3e6).epsilon(0.01));
  CHECK(forward_work(model).value() == Approx(2 * 61.55e9).epsilon(0.01));
}

// Dehghani et al., arXiv 2302.05442, table 1.
TEST_CASE("ViT-22B has 21.7 billion parameters to 1 %", "[model]") {
  const VisionTransformer shape{.image = 224,
                                .patch = 14,
                                .layers = 48,
                                .hidden = 6144,
                                .heads = 48,
                                .ffn = 24576,
                                .classes = 29593};
  CHECK(parameters(build(shape)) == Approx(21.743e9).epsilon(0.01));
}

TEST_CASE("an image is its patches and a class token; samples are counted", "[model]") {
  const Model model = build(large());
  CHECK(positions(large()) == 14 * 14 + 1);
  CHECK(model.progress == Progress::samples);
  CHECK(model.sample_input == Bytes(3 * 224 * 224));
}

}  // namespace trainyard::model
