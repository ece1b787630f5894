// Decoder-only transformer: grouped-query attention, gated or plain feed-forward, vocabulary
// embedding and head always counted. Norm weights and biases (under 0.1 %) are left out.
#pragma once

#include <cstdint>

#include "model/model.hpp"

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
  bool tied_head = false;     // the head shares the embedding's weights
  std::int64_t sequence = 0;  // tokens of a training sequence
};

// Name and summary are left to the caller.
Model build(const DenseTransformer& shape);

}  // namespace trainyard::model
