#include "model/vision_transformer.hpp"

#include "model/operators.hpp"
#include "model/patches.hpp"
#include "model/transformer_block.hpp"

namespace trainyard::model {
namespace {

// A byte for each colour of a pixel, decoded by the host.
constexpr double bytes_per_pixel = 3;

// Position embeddings and the class token are its other weights.
Layer entry(const VisionTransformer& shape, const Stream& stream) {
  const double inner = colours * static_cast<double>(shape.patch * shape.patch);
  Part part = patch_embedding(stream, stream.tokens - 1, inner);
  part.parameters += stream.elements() + stream.hidden;
  return joined("patch embedding", stream, {part});
}

Layer head(const VisionTransformer& shape, const Stream& stream) {
  const Operator product =
      gemm("head", 1, stream.hidden, static_cast<double>(shape.classes), Split::columns);
  return joined("head", stream,
                {{.operators = {norm("final norm", stream.elements()),
                                exchange(Point::tensor_enter, stream.hidden), product},
                  .parameters = weights(product)}});
}

Layer block(const VisionTransformer& shape, const Stream& stream) {
  const auto heads = static_cast<double>(shape.heads);
  return joined("block", stream,
                {grouped_attention(stream, {.heads = heads,
                                            .kv_heads = heads,
                                            .head_size = stream.hidden / heads,
                                            .context = stream.tokens,
                                            .kernel = shape.attention}),
                 feed_forward(stream, {.ffn = static_cast<double>(shape.ffn)})});
}

}  // namespace

double positions(const VisionTransformer& shape) {
  const std::int64_t side = shape.image / shape.patch;
  return static_cast<double>(side * side + 1);
}

Model build(const VisionTransformer& shape) {
  const Stream stream{.tokens = positions(shape),
                      .hidden = static_cast<double>(shape.hidden),
                      .dropout = shape.dropout};
  Model model;
  model.progress = Progress::samples;
  model.entry = entry(shape, stream);
  model.kinds = {block(shape, stream)};
  model.order.assign(static_cast<std::size_t>(shape.layers), 0);
  model.exit = head(shape, stream);
  model.sample_input = Bytes(bytes_per_pixel * static_cast<double>(shape.image * shape.image));
  model.heads = shape.heads;
  model.kv_heads = shape.heads;
  return model;
}

}  // namespace trainyard::model
