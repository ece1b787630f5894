// Language models: dense_transformer and moe_transformer.
#include <fmt/format.h>

#include "model/dense_transformer.hpp"
#include "model/moe_transformer.hpp"
#include "scenario/read_architecture.hpp"

namespace trainyard::scenario {
namespace {

model::LatentShape read_latent(ModelMembers& members) {
  const auto n = [&](const char* key, const char* doc) {
    return static_cast<double>(members.count(key, doc));
  };
  model::LatentShape shape;
  shape.query_rank = n("q_lora_rank", "Columns of the queries' latent; mla");
  shape.key_value_rank = n("kv_lora_rank", "Columns of the keys' and values' latent; mla");
  shape.content_size = n("qk_nope_head_size", "Columns of a head's keys without position; mla");
  shape.rotary_size = n("qk_rope_head_size", "Columns of a head's keys with position; mla");
  shape.value_size = n("v_head_size", "Columns of a head's values; mla");
  return shape;
}

void read_attention(ModelMembers& members, model::DenseTransformer& shape) {
  const std::string kind =
      members.choice("attention_kind",
                     "grouped (default): kv_heads and head_size; mla: multi-head latent attention",
                     {"grouped", "mla"});
  if (kind == "mla" || members.open()) shape.latent = read_latent(members);
  if (kind == "mla") return;
  shape.kv_heads = members.count("kv_heads", "Key and value heads; language models");
  shape.head_size = members.count("head_size", "Columns of one head; language models");
  if (members.sound() && shape.heads % shape.kv_heads != 0) {
    members.problem("kv_heads",
                    fmt::format("{} does not divide {} heads", shape.kv_heads, shape.heads),
                    "share each key and value among equally many heads");
  }
}

// All but the feed-forward's width.
void read_common(ModelMembers& members, model::DenseTransformer& shape) {
  read_attention(members, shape);
  shape.vocabulary =
      members.count("vocabulary", "Rows of the embedding, padding included; language models");
  shape.sequence = members.count("sequence", "Tokens of a training sequence; language models");
  shape.gated_ffn =
      members.yes("gated_ffn", "Three feed-forward matrices instead of two; default false");
  shape.tied_head =
      members.yes("tied_head", "The head shares the embedding's weights; default false");
  shape.positions =
      members.count_or("positions", "Rows of a learned position embedding; default none", 0);
  shape.attention = read_attention_kernel(members);
  shape.dropout = read_dropout(members);
}

// The width of an expert, and how many a token meets.
void read_experts(ModelMembers& members, model::MoeTransformer& shape) {
  shape.experts =
      members.count("experts", "Routed experts of a layer; moe_transformer", huge_degree);
  shape.experts_per_token = members.count(
      "experts_per_token", "Routed experts that a token is sent to; moe_transformer", huge_degree);
  shape.expert_ffn = members.count("expert_ffn", "Inner width of an expert; moe_transformer");
  const std::int64_t shared = members.count_or(
      "shared_experts", "Experts that see every token; default none; moe_transformer", 0,
      huge_degree);
  const std::int64_t width = members.count_or(
      "shared_ffn", "Inner width of a shared expert; default expert_ffn; moe_transformer", 0);
  shape.shared_ffn = shared * (width > 0 ? width : shape.expert_ffn);
  if (members.sound() && shape.experts_per_token > shape.experts) {
    members.problem(
        "experts_per_token",
        fmt::format("{} is more than {} experts", shape.experts_per_token, shape.experts),
        fmt::format("use at most {}", shape.experts));
  }
}

// Which layers have experts.
void read_places(ModelMembers& members, model::MoeTransformer& shape) {
  shape.dense_layers = members.count_or(
      "dense_layers", "First layers without experts; default none; moe_transformer", 0,
      huge_degree);
  shape.moe_every = members.count_or(
      "moe_every",
      "Of the other layers, the last of each so many has experts; default 1; moe_transformer", 1,
      huge_degree);
  const std::int64_t first = shape.dense_layers + shape.moe_every - 1;
  if (members.sound() && first >= shape.dense.layers) {
    members.problem(shape.dense_layers > 0 ? "dense_layers" : "moe_every",
                    fmt::format("none of {} layers has experts", shape.dense.layers),
                    "lower it, or use dense_transformer");
  }
}

}  // namespace

model::Model read_dense_transformer(ModelMembers& members) {
  model::DenseTransformer shape;
  shape.layers = members.count("layers", "Transformer layers", huge_degree);
  shape.hidden = members.count("hidden", "Width of the residual stream");
  shape.heads = members.count("heads", "Attention heads");
  shape.ffn = members.count("ffn", "Inner width of the feed-forward");
  read_common(members, shape);
  return with_lora(members, build(shape));
}

model::Model read_moe_transformer(ModelMembers& members) {
  model::MoeTransformer shape;
  shape.dense.layers = members.count("layers", "Transformer layers", huge_degree);
  shape.dense.hidden = members.count("hidden", "Width of the residual stream");
  shape.dense.heads = members.count("heads", "Attention heads");
  read_experts(members, shape);
  read_places(members, shape);
  const char* ffn = "Inner width of the feed-forward; of moe_transformer where it has no experts";
  const bool mixed = shape.dense_layers > 0 || shape.moe_every > 1;
  shape.dense.ffn = mixed ? members.count("ffn", ffn) : members.count_or("ffn", ffn, 0);
  read_common(members, shape.dense);
  return with_lora(members, build(shape));
}

}  // namespace trainyard::scenario
