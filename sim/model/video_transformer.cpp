#include "model/video_transformer.hpp"

#include "model/operators.hpp"

namespace trainyard::model {
namespace {

constexpr double colours = 3;

double pixels_per_position(const VideoTransformer& shape) {
  return static_cast<double>(shape.patch * shape.patch * shape.temporal_stride);
}

Layer patch_embedding(const VideoTransformer& shape) {
  const double tokens = positions(shape);
  const auto hidden = static_cast<double>(shape.hidden);
  const double inner = pixels_per_position(shape) * colours;
  Layer layer;
  layer.name = "patch embedding";
  layer.tokens = tokens;
  layer.operators = {memory_bound("decode pixels", tokens * inner, 2, Split::tokens),
                     gemm("patch embedding", tokens, inner, hidden, Split::columns)};
  layer.parameters = inner * hidden;
  layer.boundary = Bytes(bytes_per_element * tokens * hidden);
  layer.stored_divided = Bytes(bytes_per_element * tokens * inner);
  layer.all_reduces = 1;
  return layer;
}

Layer output_head(const VideoTransformer& shape) {
  const double tokens = positions(shape);
  const auto hidden = static_cast<double>(shape.hidden);
  const auto outputs = static_cast<double>(shape.outputs);
  Layer layer;
  layer.name = "output head";
  layer.tokens = tokens;
  layer.operators = {memory_bound("final norm", tokens * hidden, 2, Split::tokens),
                     gemm("output head", tokens, hidden, outputs, Split::columns)};
  layer.parameters = hidden * outputs;
  layer.boundary = Bytes(bytes_per_element * tokens * hidden);
  layer.stored_whole = Bytes(bytes_per_element * tokens * 2 * hidden);
  layer.stored_divided = Bytes(bytes_per_element * tokens * outputs);
  return layer;
}

}  // namespace

double positions(const VideoTransformer& shape) {
  const std::int64_t patches = shape.height / shape.patch * (shape.width / shape.patch);
  const std::int64_t steps = shape.frames / shape.temporal_stride;
  return static_cast<double>(shape.cameras * steps * patches);
}

Model build(const VideoTransformer& shape) {
  const double tokens = positions(shape);
  const auto hidden = static_cast<double>(shape.hidden);
  const auto pixels =
      static_cast<double>(shape.cameras * shape.frames * shape.height * shape.width);

  Model model;
  model.progress = Progress::samples;
  model.blocks = shape.layers;
  model.entry = patch_embedding(shape);
  model.block = transformer_block({.attention = {.queries = tokens,
                                                 .context = static_cast<double>(shape.window),
                                                 .width = hidden,
                                                 .kv_width = hidden},
                                   .hidden = hidden,
                                   .ffn = static_cast<double>(shape.ffn)});
  model.exit = output_head(shape);
  model.sample_input = Bytes(pixels * shape.bytes_per_pixel);
  model.heads = shape.heads;
  return model;
}

}  // namespace trainyard::model
