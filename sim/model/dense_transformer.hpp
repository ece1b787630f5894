// Decoder-only transformer: grouped-query or latent attention, gated or plain feed-forward,
// vocabulary embedding and head always counted. Norm weights and biases (under 0.1 %) are left out.
#pragma once

#include <cstdint>
#include <optional>

#include "model/latent_attention.hpp"
#include "model/model.hpp"
#include "model/transformer_block.hpp"

namespace trainyard::model {

struct DenseTransformer {
  std::int64_t layers = 0;
  std::int64_t hidden = 0;
  std::int64_t heads = 0;
  std::int64_t kv_heads = 0;
  std::int64_t head_size = 0;
  std::int64_t ffn = 0;
  bool gated_ffn = false;
  std::int64_t vocabulary = 0;
  bool tied_head = false;      // the head shares the embedding's weights
  std::int64_t sequence = 0;   // tokens of a training sequence
  std::int64_t positions = 0;  // rows of a learned position embedding; 0 for none
  AttentionKernel attention = AttentionKernel::fused;
  bool dropout = false;
  std::optional<LatentShape> latent;  // in place of `kv_heads` and `head_size`
};

Stream stream(const DenseTransformer& shape);
Part attention_part(const DenseTransformer& shape);

// Name and summary are left to the caller.
Model build(const DenseTransformer& shape);

}  // namespace trainyard::model
