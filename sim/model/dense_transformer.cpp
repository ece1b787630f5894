#include "model/dense_transformer.hpp"

#include "model/language.hpp"

namespace trainyard::model {

Stream stream(const DenseTransformer& shape) {
  return {.tokens = static_cast<double>(shape.sequence),
          .hidden = static_cast<double>(shape.hidden),
          .dropout = shape.dropout};
}

Part attention_part(const DenseTransformer& shape) {
  return attention_part(stream(shape),
                        {.heads = static_cast<double>(shape.heads),
                         .kv_heads = static_cast<double>(shape.kv_heads),
                         .head_size = static_cast<double>(shape.head_size),
                         .context = static_cast<double>(shape.sequence),
                         .causal = true,
                         .kernel = shape.attention},
                        shape.latent);
}

Model build(const DenseTransformer& shape) {
  const Stream residual_stream = stream(shape);
  Model model =
      language_model(residual_stream, {.vocabulary = static_cast<double>(shape.vocabulary),
                                       .positions = static_cast<double>(shape.positions),
                                       .tied_head = shape.tied_head});
  const FeedForwardShape ffn{.ffn = static_cast<double>(shape.ffn), .gated = shape.gated_ffn};
  model.kinds = {joined("block", residual_stream,
                        {attention_part(shape), feed_forward(residual_stream, ffn)})};
  model.order.assign(static_cast<std::size_t>(shape.layers), 0);
  model.heads = shape.heads;
  // Every head has keys and values of its own once the latents are unfolded.
  model.kv_heads = shape.latent ? shape.heads : shape.kv_heads;
  return model;
}

}  // namespace trainyard::model
