// A mixture of experts in place of a feed-forward: a router sends each token to a few of many equal
// feed-forwards (Shazeer et al., arXiv 1701.06538); shared experts see all tokens (DeepSeekMoE,
// arXiv 2401.06066). Tokens spread evenly over experts; none is dropped.
#pragma once

#include <cstdint>

#include "model/transformer_block.hpp"

namespace trainyard::model {

struct MixtureShape {
  std::int64_t experts = 0;
  double experts_per_token = 0;
  FeedForwardShape expert;
  FeedForwardShape shared;  // all shared experts as one; `ffn` 0 for none
};

// Experts are whole on their ranks, as Megatron-LM recommends: a tensor-parallel group divides
// tokens among them, not their matrices. Only shared experts are divided like a feed-forward.
Part mixture(const Stream& stream, const MixtureShape& shape);

}  // namespace trainyard::model
