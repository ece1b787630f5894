#include "model/operators.hpp"

#include <utility>

namespace trainyard::model {

Operator gemm(std::string name, double tokens, double inner, double columns, Split split) {
  Operator op;
  op.name = std::move(name);
  op.kind = OperatorKind::gemm;
  op.split = split;
  op.tokens = tokens;
  op.columns = columns;
  op.inner = inner;
  return op;
}

Operator attention(const AttentionShape& shape) {
  Operator op;
  op.name = "attention";
  op.kind = OperatorKind::attention;
  op.split = Split::heads;
  op.tokens = shape.queries;
  op.work = Flops(4 * shape.queries * shape.context * shape.width * (shape.causal ? 0.5 : 1));
  op.traffic = Bytes(bytes_per_element * shape.queries * (2 * shape.width + 2 * shape.kv_width));
  return op;
}

Operator memory_bound(std::string name, double elements, double passes, Split split) {
  Operator op;
  op.name = std::move(name);
  op.kind = OperatorKind::memory_bound;
  op.split = split;
  op.tokens = elements;
  op.traffic = Bytes(bytes_per_element * elements * passes);
  return op;
}

// Stored for backward, bytes a token, after Korthikanti et al. (arXiv 2205.05198) with fused
// attention and without dropout masks: both norms' inputs and the inputs of attention and
// feed-forward (8 h) whole; query, key, value, attention output and the feed-forward's inner
// activations divided.
Layer transformer_block(const BlockShape& shape) {
  const AttentionShape& heads = shape.attention;
  const double tokens = heads.queries;
  const double up_columns = shape.ffn * (shape.gated_ffn ? 2 : 1);
  Layer layer;
  layer.name = "block";
  layer.tokens = tokens;
  layer.operators = {
      memory_bound("attention norm", tokens * shape.hidden, 2, Split::tokens),
      gemm("query key value", tokens, shape.hidden, heads.width + 2 * heads.kv_width,
           Split::columns),
      attention(heads),
      gemm("attention output", tokens, heads.width, shape.hidden, Split::rows),
      memory_bound("attention residual", tokens * shape.hidden, 3, Split::tokens),
      memory_bound("feed-forward norm", tokens * shape.hidden, 2, Split::tokens),
      gemm("feed-forward up", tokens, shape.hidden, up_columns, Split::columns),
      memory_bound("activation", tokens * shape.ffn, shape.gated_ffn ? 3 : 2, Split::heads),
      gemm("feed-forward down", tokens, shape.ffn, shape.hidden, Split::rows),
      memory_bound("feed-forward residual", tokens * shape.hidden, 3, Split::tokens),
  };
  layer.parameters = shape.hidden * (2 * heads.width + 2 * heads.kv_width) +
                     shape.hidden * (up_columns + shape.ffn);
  layer.boundary = Bytes(bytes_per_element * tokens * shape.hidden);
  layer.stored_whole = Bytes(bytes_per_element * tokens * 4 * shape.hidden);
  layer.stored_divided = Bytes(bytes_per_element * tokens *
                               (2 * heads.width + 2 * heads.kv_width + up_columns + shape.ffn));
  layer.all_reduces = 2;
  return layer;
}

}  // namespace trainyard::model
