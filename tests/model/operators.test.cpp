#include "model/operators.hpp"

#include <catch2/catch.hpp>

namespace trainyard::model {
namespace {

Layer gpt_block(double sequence, double hidden) {
  return transformer_block({.attention = {.queries = sequence,
                                          .context = sequence,
                                          .width = hidden,
                                          .kv_width = hidden,
                                          .causal = true},
                            .hidden = hidden,
                            .ffn = 4 * hidden});
}

}  // namespace

TEST_CASE("a causal mask halves the work of attention, not its traffic", "[model]") {
  AttentionShape shape{.queries = 100, .context = 100, .width = 64, .kv_width = 16};
  const Operator whole = attention(shape);
  shape.causal = true;
  const Operator masked = attention(shape);
  CHECK(whole.work == Flops(4 * 100 * 100 * 64));
  CHECK(masked.work == whole.work / 2);
  CHECK(masked.traffic == whole.traffic);
  CHECK(whole.traffic == Bytes(2 * 100 * (64 + 64 + 16 + 16)));
}

TEST_CASE("streaming operators count two bytes for each element and pass", "[model]") {
  CHECK(memory_bound("norm", 1000, 3, Split::tokens).traffic == Bytes(6000));
}

// Korthikanti et al., arXiv 2205.05198, equation 1: s b h (34 + 5 a s / h) bytes. Fused attention
// keeps neither scores nor their softmax (5 a s / h); without dropout the two masks of one byte go.
TEST_CASE("a GPT block keeps 32 s b h bytes for the backward pass", "[model]") {
  const double sequence = 2048;
  const double hidden = 12288;
  const Layer block = gpt_block(sequence, hidden);
  CHECK((block.stored_whole + block.stored_divided).value() == 32 * sequence * hidden);
}

// Same, equation 2: s b h (10 + 24 / t) with tensor parallelism, of which the masks are 2.
TEST_CASE("of a GPT block's activations 24 s b h divide over a tensor-parallel group", "[model]") {
  const Layer block = gpt_block(2048, 12288);
  CHECK(block.stored_whole.value() == 8.0 * 2048 * 12288);
  CHECK(block.stored_divided.value() == 24.0 * 2048 * 12288);
}

TEST_CASE("a block hands on its hidden state and is summed over a group twice", "[model]") {
  const Layer block = gpt_block(2048, 12288);
  CHECK(block.boundary == Bytes(2.0 * 2048 * 12288));
  CHECK(block.all_reduces == 2);
}

TEST_CASE("a gated feed-forward has a third matrix", "[model]") {
  BlockShape shape{.attention = {.queries = 1, .context = 1, .width = 64, .kv_width = 64},
                   .hidden = 64,
                   .ffn = 256};
  const double plain = transformer_block(shape).parameters;
  shape.gated_ffn = true;
  CHECK(plain == 4 * 64 * 64 + 2 * 64 * 256);
  CHECK(transformer_block(shape).parameters == plain + 64 * 256);
}

TEST_CASE("a block's parameters are those of its products", "[model]") {
  const Layer block = gpt_block(16, 128);
  double sum = 0;
  for (const Operator& op : block.operators) {
    if (op.kind == OperatorKind::gemm) sum += op.columns * op.inner;
  }
  CHECK(block.parameters == sum);
}

}  // namespace trainyard::model
