#include "model/video_transformer.hpp"

#include <catch2/catch.hpp>

namespace trainyard::model {
namespace {

const VideoTransformer shape{.cameras = 8,
                             .frames = 8,
                             .height = 640,
                             .width = 960,
                             .patch = 32,
                             .temporal_stride = 2,
                             .bytes_per_pixel = 1.5,
                             .layers = 30,
                             .hidden = 5120,
                             .heads = 40,
                             .ffn = 20480,
                             .window = 600,
                             .outputs = 4096};

}  // namespace

TEST_CASE("a clip has cameras x merged frames x patches positions", "[model]") {
  CHECK(positions(shape) == 8 * 4 * 20 * 30);
  CHECK(positions(shape) == 19200);
}

TEST_CASE("pixels that fill no whole patch are cut off", "[model]") {
  VideoTransformer odd = shape;
  odd.height = 640 + 31;
  CHECK(positions(odd) == positions(shape));
}

TEST_CASE("a clip brings every pixel of every frame from the host", "[model]") {
  CHECK(build(shape).sample_input == Bytes(8 * 8 * 640 * 960 * 1.5));
}

TEST_CASE("the FSD-like model has 9.4 billion parameters to 2 %", "[model]") {
  CHECK(parameters(build(shape)) == Approx(9.4e9).epsilon(0.02));
}

TEST_CASE("a video model's parameters are its blocks', patches' and outputs'", "[model]") {
  const double h = 5120;
  const double patch = 32 * 32 * 2 * 3;
  CHECK(parameters(build(shape)) == Approx(30 * 12 * h * h + patch * h + h * 4096).epsilon(1e-14));
}

TEST_CASE("attention of a video model grows with its window, not with the clip", "[model]") {
  const Model model = build(shape);
  const double per_position = forward_work(model).value() / positions(shape);
  VideoTransformer longer = shape;
  longer.frames = 16;
  CHECK(forward_work(build(longer)).value() / positions(longer) ==
        Approx(per_position).epsilon(1e-14));
  VideoTransformer wider = shape;
  wider.window = 1200;
  const double more = forward_work(build(wider)).value() - forward_work(model).value();
  CHECK(more == Approx(30 * 4 * positions(shape) * 600 * 5120).epsilon(1e-9));
}

TEST_CASE("a video model counts samples, not tokens", "[model]") {
  CHECK(build(shape).progress == Progress::samples);
  CHECK(build(shape).tokens_per_sample == 0);
}

TEST_CASE("a trunk gives patches its channels in place of pixels", "[model]") {
  VideoTransformer seen = shape;
  seen.trunk = {{.name = "one",
                 .height = 40,
                 .width = 60,
                 .channels_in = 3,
                 .channels_out = 256,
                 .kernel = 3,
                 .blocks = 1}};
  const Model model = build(seen);
  // Each patch covers 2 x 2 positions of the trunk in each of two frames.
  const double inner = 2 * 2 * 256 * 2;
  CHECK(model.entry.parameters == 9.0 * 3 * 256 + inner * 5120);
  const double images = 8 * 8;
  CHECK(forward_work(model.entry).value() ==
        Approx(2 * (images * 40 * 60 * 9 * 3 * 256 + 19200 * inner * 5120)).epsilon(1e-14));
  CHECK(model.block(0).parameters == build(shape).block(0).parameters);
}

}  // namespace trainyard::model
