#include "model/transformer_block.hpp"

#include <catch2/catch.hpp>

namespace trainyard::model {
namespace {

constexpr double sequence = 2048;
constexpr double hidden = 12288;
constexpr double heads = 96;
constexpr double unit = sequence * hidden;  // "s b h" with a micro-batch of one

Layer gpt_block(AttentionKernel kernel, bool dropout) {
  const Stream stream{.tokens = sequence, .hidden = hidden, .dropout = dropout};
  return joined("block", stream,
                {grouped_attention(stream, {.heads = heads,
                                            .kv_heads = heads,
                                            .head_size = hidden / heads,
                                            .context = sequence,
                                            .causal = true,
                                            .kernel = kernel}),
                 feed_forward(stream, {.ffn = 4 * hidden})});
}

enum class Sequence { whole, parallel };
enum class Recompute { none, selective };

// What one rank of `tensor` keeps, as parallelism/memory does it.
double kept(const Layer& layer, double tensor, Sequence divided, Recompute again) {
  double sum = 0;
  for (const Operator& op : layer.operators) {
    const bool part = op.split == Split::rows || op.split == Split::heads;
    const bool whole = op.split == Split::none || (!part && divided == Sequence::whole);
    if (again == Recompute::selective && op.forgettable) continue;
    sum += op.stored.value() / (whole ? 1 : tensor);
  }
  return sum;
}

}  // namespace

// Korthikanti et al., arXiv 2205.05198, equation 1.
TEST_CASE("a GPT block keeps s b h (34 + 5 a s / h) bytes", "[model]") {
  const Layer block = gpt_block(AttentionKernel::unfused, true);
  CHECK(kept(block, 1, Sequence::whole, Recompute::none) ==
        unit * 34 + 5 * heads * sequence * sequence);
}

// Same, equations 2 and 4.
TEST_CASE(
    "of a rank in t, s b h (10 + 24 / t + 5 a s / h t), all of it over t where sequence parallel",
    "[model]") {
  const Layer block = gpt_block(AttentionKernel::unfused, true);
  const double scores = 5 * heads * sequence * sequence;
  for (const double t : {1.0, 2.0, 8.0}) {
    CHECK(kept(block, t, Sequence::whole, Recompute::none) ==
          Approx(unit * (10 + 24 / t) + scores / t).epsilon(1e-14));
    CHECK(kept(block, t, Sequence::parallel, Recompute::none) ==
          Approx((unit * 34 + scores) / t).epsilon(1e-14));
  }
}

// Same, equation 6 and table 2.
TEST_CASE("selective recomputation leaves 34 s b h / t", "[model]") {
  const Layer block = gpt_block(AttentionKernel::unfused, true);
  CHECK(kept(block, 8, Sequence::parallel, Recompute::selective) ==
        Approx(34 * unit / 8).epsilon(1e-14));
  CHECK(kept(block, 8, Sequence::whole, Recompute::selective) ==
        Approx(unit * (10 + 24.0 / 8)).epsilon(1e-14));
}

// Without dropout the two masks of one byte go; fused attention keeps four bytes a head and row.
TEST_CASE("fused attention without dropout keeps 32 s b h and the statistics of its rows",
          "[model]") {
  const Layer block = gpt_block(AttentionKernel::fused, false);
  CHECK(kept(block, 1, Sequence::whole, Recompute::none) == 32 * unit + 4 * heads * sequence);
  CHECK(kept(block, 1, Sequence::whole, Recompute::selective) ==
        kept(block, 1, Sequence::whole, Recompute::none));
}

TEST_CASE("a block hands on its hidden state; a tensor group enters and leaves it twice",
          "[model]") {
  const Layer block = gpt_block(AttentionKernel::fused, false);
  CHECK(block.boundary == Bytes(2.0 * unit));
  int enters = 0;
  int leaves = 0;
  for (const Operator& op : block.operators) {
    if (op.point == Point::tensor_enter) ++enters;
    if (op.point == Point::tensor_leave) ++leaves;
    if (op.point == Point::tensor_enter || op.point == Point::tensor_leave) {
      CHECK(op.traffic == block.boundary);
    }
  }
  CHECK(enters == 2);
  CHECK(leaves == 2);
}

TEST_CASE("a gated feed-forward has a third matrix", "[model]") {
  const Stream stream{.tokens = 1, .hidden = 64};
  CHECK(feed_forward(stream, {.ffn = 256}).parameters == 2 * 64 * 256);
  CHECK(feed_forward(stream, {.ffn = 256, .gated = true}).parameters == 3 * 64 * 256);
}

TEST_CASE("dropout writes a mask of one byte an element and keeps it", "[model]") {
  const Operator without = residual("sum", {.tokens = 10, .hidden = 20});
  const Operator with = residual("sum", {.tokens = 10, .hidden = 20, .dropout = true});
  CHECK(with.traffic - without.traffic == Bytes(200));
  CHECK(with.stored - without.stored == Bytes(200));
}

}  // namespace trainyard::model
