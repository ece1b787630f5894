// What holds of every architecture.
#include <catch2/catch.hpp>
#include <vector>

#include "model/operators.hpp"
#include "model/video_transformer.hpp"
#include "model/vision_transformer.hpp"
#include "published.hpp"

namespace trainyard::model {
namespace {

std::vector<Model> models() {
  return {build(published::gpt(2, 1024, 16)),
          build(published::llama(2, 1024, 2, 4096, 1000, 64)),
          build(published::mixtral_8x7b()),
          build(published::deepseek_v3()),
          build(VisionTransformer{.image = 224,
                                  .patch = 16,
                                  .layers = 2,
                                  .hidden = 1024,
                                  .heads = 16,
                                  .ffn = 4096,
                                  .classes = 10}),
          build(VideoTransformer{.cameras = 2,
                                 .frames = 4,
                                 .height = 320,
                                 .width = 480,
                                 .patch = 32,
                                 .temporal_stride = 2,
                                 .bytes_per_pixel = 1.5,
                                 .layers = 2,
                                 .hidden = 640,
                                 .heads = 40,
                                 .ffn = 2560,
                                 .window = 150,
                                 .outputs = 256})};
}

std::vector<Layer> layers(const Model& model) {
  std::vector<Layer> all = model.kinds;
  all.push_back(model.entry);
  all.push_back(model.exit);
  return all;
}

}  // namespace

TEST_CASE("a layer in the middle has the parameters of its products", "[model]") {
  for (const Model& model : models()) {
    for (const Layer& layer : model.kinds) {
      double own = 0;
      double experts = 0;
      for (const Operator& op : layer.operators) {
        if (op.kind == OperatorKind::gemm) (op.expert ? experts : own) += weights(op);
      }
      CHECK(layer.parameters == own);
      CHECK(layer.expert_parameters == experts);
    }
  }
}

TEST_CASE("points move bytes and do nothing else; nothing else moves", "[model]") {
  for (const Model& model : models()) {
    for (const Layer& layer : layers(model)) {
      for (const Operator& op : layer.operators) {
        CHECK((op.kind == OperatorKind::exchange) == (op.point != Point::none));
        if (op.point == Point::none) continue;
        CHECK(op.traffic > Bytes(0));
        CHECK(op.stored == Bytes(0));
        CHECK(forward_work(op) == Flops(0));
      }
    }
  }
}

// Between the two a rank has part of the columns of all tokens, outside part of the tokens.
TEST_CASE("a tensor group enters before what it divides and leaves behind it", "[model]") {
  for (const Model& model : models()) {
    for (const Layer& layer : model.kinds) {
      bool inside = false;
      for (const Operator& op : layer.operators) {
        if (op.point == Point::tensor_enter) inside = true;
        if (op.point == Point::tensor_leave) inside = false;
        if (op.kind == OperatorKind::exchange) continue;
        CHECK(inside == (op.split != Split::tokens));
      }
      CHECK_FALSE(inside);
    }
  }
}

TEST_CASE("training is three times forward where nothing is frozen", "[model]") {
  for (const Model& model : models()) {
    CHECK(training_work(model).value() == Approx(3 * forward_work(model).value()).epsilon(1e-12));
  }
}

TEST_CASE("a token meets all parameters but those of other experts", "[model]") {
  for (const Model& model : models()) {
    CHECK((active_parameters(model) < parameters(model)) == (model.experts > 0));
  }
}

}  // namespace trainyard::model
