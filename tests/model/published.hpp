// Shapes of published models, as the tests of several files use them; platforms/models/ has the
// same numbers with their sources.
#pragma once

#include "model/dense_transformer.hpp"
#include "model/moe_transformer.hpp"

namespace trainyard::model::published {

// Plain feed-forward of four widths, heads of their own keys and values, tied head.
inline DenseTransformer gpt(std::int64_t layers, std::int64_t hidden, std::int64_t heads,
                            std::int64_t vocabulary = 51200) {
  return {.layers = layers,
          .hidden = hidden,
          .heads = heads,
          .kv_heads = heads,
          .head_size = hidden / heads,
          .ffn = 4 * hidden,
          .vocabulary = vocabulary,
          .tied_head = true,
          .sequence = 2048,
          .positions = 2048,
          .attention = AttentionKernel::unfused,
          .dropout = true};
}

// Gated feed-forward, heads of 128 columns.
inline DenseTransformer llama(std::int64_t layers, std::int64_t hidden, std::int64_t kv_heads,
                              std::int64_t ffn, std::int64_t vocabulary, std::int64_t sequence) {
  return {.layers = layers,
          .hidden = hidden,
          .heads = hidden / 128,
          .kv_heads = kv_heads,
          .head_size = 128,
          .ffn = ffn,
          .gated_ffn = true,
          .vocabulary = vocabulary,
          .sequence = sequence};
}

// Jiang et al., arXiv 2401.04088, table 1.
inline MoeTransformer mixtral_8x7b() {
  return {.dense = llama(32, 4096, 8, 0, 32000, 32768),
          .experts = 8,
          .experts_per_token = 2,
          .expert_ffn = 14336};
}

// DeepSeek-AI, arXiv 2412.19437, section 4.2; without its multi-token prediction.
inline MoeTransformer deepseek_v3() {
  MoeTransformer shape{.dense = llama(61, 7168, 128, 18432, 129280, 4096),
                       .experts = 256,
                       .experts_per_token = 8,
                       .expert_ffn = 2048,
                       .shared_ffn = 2048,
                       .dense_layers = 3};
  shape.dense.heads = 128;
  shape.dense.latent = LatentShape{.query_rank = 1536,
                                   .key_value_rank = 512,
                                   .content_size = 128,
                                   .rotary_size = 64,
                                   .value_size = 128};
  return shape;
}

}  // namespace trainyard::model::published
