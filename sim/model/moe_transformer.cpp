#include "model/moe_transformer.hpp"

#include "model/mixture.hpp"

namespace trainyard::model {
namespace {

Layer mixture_block(const MoeTransformer& shape) {
  const bool gated = shape.dense.gated_ffn;
  return joined(
      "mixture block", stream(shape.dense),
      {attention_part(shape.dense),
       mixture(stream(shape.dense),
               {.experts = shape.experts,
                .experts_per_token = static_cast<double>(shape.experts_per_token),
                .expert = {.ffn = static_cast<double>(shape.expert_ffn), .gated = gated},
                .shared = {.ffn = static_cast<double>(shape.shared_ffn), .gated = gated}})});
}

}  // namespace

bool has_experts(const MoeTransformer& shape, std::int64_t index) {
  const std::int64_t after = index - shape.dense_layers;
  return after >= 0 && after % shape.moe_every == shape.moe_every - 1;
}

Model build(const MoeTransformer& shape) {
  Model model = build(shape.dense);
  const bool mixed = shape.dense_layers > 0 || shape.moe_every > 1;
  if (!mixed) model.kinds.clear();
  model.kinds.push_back(mixture_block(shape));
  for (std::int64_t i = 0; i < model.blocks(); ++i) {
    model.order[static_cast<std::size_t>(i)] = mixed && has_experts(shape, i) ? 1 : 0;
  }
  model.experts = shape.experts;
  model.active_share =
      static_cast<double>(shape.experts_per_token) / static_cast<double>(shape.experts);
  return model;
}

}  // namespace trainyard::model
