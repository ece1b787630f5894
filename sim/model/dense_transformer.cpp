#include "model/dense_transformer.hpp"

#include "model/operators.hpp"

namespace trainyard::model {
namespace {

// Token ids come from the host as four bytes each.
constexpr double bytes_per_token_id = 4;

Layer embedding(double tokens, double hidden, double vocabulary) {
  Layer layer;
  layer.name = "embedding";
  layer.tokens = tokens;
  layer.operators = {memory_bound("embedding", tokens * hidden, 2, Split::tokens)};
  layer.parameters = vocabulary * hidden;
  layer.boundary = Bytes(bytes_per_element * tokens * hidden);
  layer.all_reduces = 1;
  return layer;
}

// The loss reads and writes the logits in fp32: counted as four passes of two bytes.
Layer head(double tokens, double hidden, double vocabulary, bool tied) {
  Layer layer;
  layer.name = "head";
  layer.tokens = tokens;
  layer.operators = {
      memory_bound("final norm", tokens * hidden, 2, Split::tokens),
      gemm("head", tokens, hidden, vocabulary, Split::columns),
      memory_bound("loss", tokens * vocabulary, 4, Split::heads),
  };
  layer.parameters = tied ? 0 : vocabulary * hidden;
  layer.boundary = Bytes(bytes_per_element * tokens * hidden);
  layer.stored_whole = Bytes(bytes_per_element * tokens * 2 * hidden);
  layer.stored_divided = Bytes(2 * bytes_per_element * tokens * vocabulary);
  return layer;
}

}  // namespace

Model build(const DenseTransformer& shape) {
  const auto tokens = static_cast<double>(shape.sequence);
  const auto hidden = static_cast<double>(shape.hidden);
  const auto vocabulary = static_cast<double>(shape.vocabulary);
  const auto width = static_cast<double>(shape.heads * shape.head_size);
  const auto kv_width = static_cast<double>(shape.kv_heads * shape.head_size);

  Model model;
  model.progress = Progress::tokens;
  model.blocks = shape.layers;
  model.entry = embedding(tokens, hidden, vocabulary);
  model.block = transformer_block({.attention = {.queries = tokens,
                                                 .context = tokens,
                                                 .width = width,
                                                 .kv_width = kv_width,
                                                 .causal = true},
                                   .hidden = hidden,
                                   .ffn = static_cast<double>(shape.ffn),
                                   .gated_ffn = shape.gated_ffn});
  model.exit = head(tokens, hidden, vocabulary, shape.tied_head);
  model.tokens_per_sample = tokens;
  model.sample_input = Bytes(bytes_per_token_id * tokens);
  model.heads = shape.heads;
  return model;
}

}  // namespace trainyard::model
