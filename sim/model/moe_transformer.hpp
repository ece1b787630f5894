// Decoder-only transformer with mixtures of experts in some or all of its layers.
#pragma once

#include <cstdint>

#include "model/dense_transformer.hpp"

namespace trainyard::model {

struct MoeTransformer {
  DenseTransformer dense;  // its `ffn` is that of the layers without experts
  std::int64_t experts = 0;
  std::int64_t experts_per_token = 0;
  std::int64_t expert_ffn = 0;
  std::int64_t shared_ffn = 0;    // of all shared experts together; 0 for none
  std::int64_t dense_layers = 0;  // first layers that have no experts
  std::int64_t moe_every = 1;     // of the others, the last of every so many has experts
};

// Whether layer `index` has experts.
bool has_experts(const MoeTransformer& shape, std::int64_t index);

// Name and summary are left to the caller.
Model build(const MoeTransformer& shape);

}  // namespace trainyard::model
