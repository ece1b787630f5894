// The operators that architectures are put together from.
#pragma once

#include <string>

#include "model/model.hpp"

namespace trainyard::model {

Operator gemm(std::string name, double tokens, double inner, double columns, Split split);

// Fused attention of `queries` positions, each looking at `context` positions, over `width` query
// columns and `kv_width` key and value columns; causal masks halve the work. Traffic is queries,
// keys, values and output, once.
struct AttentionShape {
  double queries = 0;
  double context = 0;
  double width = 0;
  double kv_width = 0;
  bool causal = false;
};
Operator attention(const AttentionShape& shape);

// Streams `elements` activations `passes` times (reads and writes counted one by one).
Operator memory_bound(std::string name, double elements, double passes, Split split);

// Attention and feed-forward with two norms and two residual sums, as every transformer here has.
struct BlockShape {
  AttentionShape attention;
  double hidden = 0;
  double ffn = 0;
  bool gated_ffn = false;
};
Layer transformer_block(const BlockShape& shape);

}  // namespace trainyard::model
