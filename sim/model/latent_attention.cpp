#include "model/latent_attention.hpp"

#include "model/operators.hpp"

namespace trainyard::model {
namespace {

AttentionShape core_shape(const Stream& stream, const HeadShape& heads, const LatentShape& shape) {
  const double head_size = shape.content_size + shape.rotary_size;
  return {.queries = stream.tokens,
          .context = heads.context,
          .width = heads.heads * head_size,
          .kv_width = heads.heads * head_size,
          .causal = heads.causal,
          .heads = heads.heads,
          .value_width = heads.heads * shape.value_size,
          .output_width = heads.heads * shape.value_size,
          .kernel = heads.kernel,
          .dropout = stream.dropout};
}

}  // namespace

Part latent_attention(const Stream& stream, const HeadShape& heads, const LatentShape& shape) {
  const double tokens = stream.tokens;
  const AttentionShape core = core_shape(stream, heads, shape);
  const double ranks = shape.query_rank + shape.key_value_rank;
  const Operator query_down =
      gemm("query down", tokens, stream.hidden, shape.query_rank, Split::tokens);
  // Its inputs are those of the queries, which keep them.
  const Operator key_value_down =
      keeping(gemm("key value down", tokens, stream.hidden,
                   shape.key_value_rank + shape.rotary_size, Split::tokens),
              Bytes(0));
  const Operator query_up = gemm("query up", tokens, shape.query_rank, core.width, Split::columns);
  const Operator key_value_up =
      gemm("key value up", tokens, shape.key_value_rank,
           heads.heads * (shape.content_size + shape.value_size), Split::columns);
  const Operator output =
      gemm("attention output", tokens, core.output_width, stream.hidden, Split::rows);

  Part part;
  part.operators = {norm("attention norm", stream.elements()),
                    query_down,
                    key_value_down,
                    norm("latent norm", tokens * ranks),
                    exchange(Point::tensor_enter, tokens * (ranks + shape.rotary_size)),
                    query_up,
                    key_value_up};
  append(part.operators, attention_core(core));
  append(part.operators, {output, exchange(Point::tensor_leave, stream.elements()),
                          residual("attention residual", stream)});
  part.parameters = weights(query_down) + weights(key_value_down) + weights(query_up) +
                    weights(key_value_up) + weights(output);
  return part;
}

Part attention_part(const Stream& stream, const HeadShape& heads,
                    const std::optional<LatentShape>& latent) {
  return latent ? latent_attention(stream, heads, *latent) : grouped_attention(stream, heads);
}

}  // namespace trainyard::model
