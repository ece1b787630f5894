#include "model/latent_attention.hpp"

#include <catch2/catch.hpp>

namespace trainyard::model {
namespace {

// DeepSeek-V3, arXiv 2412.19437, section 4.2.
Part deepseek() {
  return latent_attention({.tokens = 4096, .hidden = 7168},
                          {.heads = 128, .context = 4096, .causal = true},
                          {.query_rank = 1536,
                           .key_value_rank = 512,
                           .content_size = 128,
                           .rotary_size = 64,
                           .value_size = 128});
}

}  // namespace

// Those of deepseek-ai/DeepSeek-V3's q_a, q_b, kv_a, kv_b and o projections.
TEST_CASE("latent attention has the parameters of its five products", "[model]") {
  CHECK(deepseek().parameters ==
        7168.0 * 1536 + 1536.0 * 128 * 192 + 7168.0 * 576 + 512.0 * 128 * 256 + 128.0 * 128 * 7168);
}

TEST_CASE("latent attention multiplies keys of 192 columns and values of 128", "[model]") {
  for (const Operator& op : deepseek().operators) {
    if (op.kind != OperatorKind::attention) continue;
    CHECK(op.work == Flops(2 * 4096.0 * 4096 * 128 * (192 + 128) / 2));
  }
}

TEST_CASE("a tensor group gathers the latents, not the wider stream", "[model]") {
  for (const Operator& op : deepseek().operators) {
    if (op.point == Point::tensor_enter) CHECK(op.traffic == Bytes(2 * 4096.0 * (1536 + 576)));
    if (op.point == Point::tensor_leave) CHECK(op.traffic == Bytes(2 * 4096.0 * 7168));
  }
}

TEST_CASE("attention is grouped where no latent is given", "[model]") {
  const Stream stream{.tokens = 8, .hidden = 64};
  const HeadShape heads{.heads = 4, .kv_heads = 2, .head_size = 16, .context = 8};
  CHECK(attention_part(stream, heads, std::nullopt).parameters ==
        grouped_attention(stream, heads).parameters);
}

}  // namespace trainyard::model
