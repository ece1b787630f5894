#include "model/transformer_block.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "model/operators.hpp"

namespace trainyard::model {

namespace {

// Fused attention leaves selective recomputation nothing inside it; Megatron-Core then makes norms
// and activation functions again, whose outputs products keep.
void let_outputs_be_remade(std::vector<Operator>& operators) {
  const auto forgets = [](const Operator& op) { return op.forgettable; };
  if (std::any_of(operators.begin(), operators.end(), forgets)) return;
  Operator* source = nullptr;
  for (Operator& op : operators) {
    if (op.kind == OperatorKind::exchange) continue;
    if (op.kind == OperatorKind::gemm && source != nullptr) source->remade = op.stored;
    source = op.kind == OperatorKind::memory_bound ? &op : nullptr;
  }
}

}  // namespace

Layer joined(std::string name, const Stream& stream, const std::vector<Part>& parts) {
  Layer layer;
  layer.name = std::move(name);
  layer.tokens = stream.tokens;
  layer.boundary = Bytes(bytes_per_element * stream.elements());
  for (const Part& part : parts) {
    append(layer.operators, part.operators);
    layer.parameters += part.parameters;
    layer.expert_parameters += part.expert_parameters;
  }
  let_outputs_be_remade(layer.operators);
  return layer;
}

Part grouped_attention(const Stream& stream, const HeadShape& shape) {
  const AttentionShape core{.queries = stream.tokens,
                            .context = shape.context,
                            .width = shape.heads * shape.head_size,
                            .kv_width = shape.kv_heads * shape.head_size,
                            .causal = shape.causal,
                            .heads = shape.heads,
                            .kernel = shape.kernel,
                            .dropout = stream.dropout};
  const Operator projection = gemm("query key value", stream.tokens, stream.hidden,
                                   core.width + 2 * core.kv_width, Split::columns);
  const Operator output =
      gemm("attention output", stream.tokens, core.width, stream.hidden, Split::rows);
  Part part;
  part.operators = {norm("attention norm", stream.elements()),
                    exchange(Point::tensor_enter, stream.elements()), projection};
  append(part.operators, attention_core(core));
  append(part.operators, {output, exchange(Point::tensor_leave, stream.elements()),
                          residual("attention residual", stream)});
  part.parameters = weights(projection) + weights(output);
  return part;
}

Part feed_forward(const Stream& stream, const FeedForwardShape& shape) {
  const Operator up =
      gemm("feed-forward up", stream.tokens, stream.hidden, up_columns(shape), Split::columns);
  const Operator down =
      gemm("feed-forward down", stream.tokens, shape.ffn, stream.hidden, Split::rows);
  Part part;
  part.operators = {norm("feed-forward norm", stream.elements()),
                    exchange(Point::tensor_enter, stream.elements()),
                    up,
                    activation("activation", stream.tokens, shape, Split::heads),
                    down,
                    exchange(Point::tensor_leave, stream.elements()),
                    residual("feed-forward residual", stream)};
  part.parameters = weights(up) + weights(down);
  return part;
}

Operator residual(std::string name, const Stream& stream) {
  const double elements = stream.elements();
  return keeping(memory_bound(std::move(name), elements, stream.dropout ? 3.5 : 3, Split::tokens),
                 Bytes(stream.dropout ? elements : 0));
}

Operator activation(std::string name, double tokens, const FeedForwardShape& shape, Split split) {
  return keeping(memory_bound(std::move(name), tokens * shape.ffn, shape.gated ? 3 : 2, split),
                 Bytes(bytes_per_element * tokens * up_columns(shape)));
}

double up_columns(const FeedForwardShape& shape) {
  return shape.ffn * (shape.gated ? 2 : 1);
}

void append(std::vector<Operator>& all, std::vector<Operator> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace trainyard::model
