#include "model/video_transformer.hpp"

#include "model/operators.hpp"
#include "model/patches.hpp"
#include "model/transformer_block.hpp"

namespace trainyard::model {
namespace {

double images(const VideoTransformer& shape) {
  return static_cast<double>(shape.cameras * shape.frames);
}

// Numbers that make one position: pixels, or the trunk's last channels in their place.
double numbers_per_position(const VideoTransformer& shape) {
  if (shape.trunk.empty()) {
    return colours * static_cast<double>(shape.patch * shape.patch * shape.temporal_stride);
  }
  const ConvolutionStage& last = shape.trunk.back();
  return images(shape) * static_cast<double>(last.height * last.width * last.channels_out) /
         positions(shape);
}

Layer entry(const VideoTransformer& shape, const Stream& stream) {
  return joined("patch embedding", stream,
                {convolutions(shape.trunk, images(shape)),
                 patch_embedding(stream, stream.tokens, numbers_per_position(shape))});
}

// Keeps its outputs too, for the loss.
Layer output_head(const VideoTransformer& shape, const Stream& stream) {
  const auto outputs = static_cast<double>(shape.outputs);
  Operator product = gemm("output head", stream.tokens, stream.hidden, outputs, Split::columns);
  product.stored += Bytes(bytes_per_element * stream.tokens * outputs);
  return joined("output head", stream,
                {{.operators = {norm("final norm", stream.elements()),
                                exchange(Point::tensor_enter, stream.elements()), product},
                  .parameters = weights(product)}});
}

Layer block(const VideoTransformer& shape, const Stream& stream) {
  const auto heads = static_cast<double>(shape.heads);
  return joined("block", stream,
                {grouped_attention(stream, {.heads = heads,
                                            .kv_heads = heads,
                                            .head_size = stream.hidden / heads,
                                            .context = static_cast<double>(shape.window)}),
                 feed_forward(stream, {.ffn = static_cast<double>(shape.ffn)})});
}

}  // namespace

double positions(const VideoTransformer& shape) {
  const std::int64_t patches = shape.height / shape.patch * (shape.width / shape.patch);
  const std::int64_t steps = shape.frames / shape.temporal_stride;
  return static_cast<double>(shape.cameras * steps * patches);
}

Model build(const VideoTransformer& shape) {
  const Stream stream{.tokens = positions(shape), .hidden = static_cast<double>(shape.hidden)};
  const auto pixels =
      static_cast<double>(shape.cameras * shape.frames * shape.height * shape.width);

  Model model;
  model.progress = Progress::samples;
  model.entry = entry(shape, stream);
  model.kinds = {block(shape, stream)};
  model.order.assign(static_cast<std::size_t>(shape.layers), 0);
  model.exit = output_head(shape, stream);
  model.sample_input = Bytes(pixels * shape.bytes_per_pixel);
  model.heads = shape.heads;
  model.kv_heads = shape.heads;
  return model;
}

}  // namespace trainyard::model
