// Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1): queries, keys and
// values come through narrow latents. Training makes keys and values of every head from them, as
// here.
#pragma once

#include <optional>

#include "model/transformer_block.hpp"

namespace trainyard::model {

struct LatentShape {
  double query_rank = 0;
  double key_value_rank = 0;
  double content_size = 0;  // columns of a head's queries and keys without position
  double rotary_size = 0;   // and with; all heads share these keys
  double value_size = 0;    // columns of a head's values
};

// Of `heads` its key-value heads and head size mean nothing. Ranks of a tensor-parallel group each
// make the latents of their tokens, and exchange those instead of the wider stream.
Part latent_attention(const Stream& stream, const HeadShape& heads, const LatentShape& shape);

// Latent where `latent` is given, else grouped.
Part attention_part(const Stream& stream, const HeadShape& heads,
                    const std::optional<LatentShape>& latent);

}  // namespace trainyard::model
