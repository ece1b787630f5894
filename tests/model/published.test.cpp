// Counted parameters and work against what the models' makers print.
#include "published.hpp"

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

namespace trainyard::model {
namespace {

using published::gpt;
using published::llama;

double work_per_token(const Model& model) {
  return training_work(model).value() / model.tokens_per_sample;
}

struct Megatron {
  std::int64_t layers;
  std::int64_t hidden;
  std::int64_t heads;
  double parameters;
};

// Narayanan et al., arXiv 2104.04473, table 1.
const std::vector<Megatron> megatron{{24, 2304, 24, 1.7e9},      {30, 3072, 32, 3.6e9},
                                     {36, 4096, 32, 7.5e9},      {40, 6144, 48, 18.4e9},
                                     {48, 8192, 64, 39.1e9},     {60, 10240, 80, 76.1e9},
                                     {80, 12288, 96, 145.6e9},   {96, 16384, 128, 310.1e9},
                                     {105, 20480, 128, 529.6e9}, {128, 25600, 160, 1008.0e9}};

}  // namespace

TEST_CASE("the Megatron family has the parameters of its table to 1 %", "[model]") {
  for (const Megatron& row : megatron) {
    const double counted = parameters(build(gpt(row.layers, row.hidden, row.heads)));
    // The two smallest are printed with two digits: half of the last is 3 % of 1.7.
    const double digits = row.parameters < 5e9 ? 0.05e9 : 0.01 * row.parameters;
    CHECK(counted == Approx(row.parameters).margin(digits).epsilon(0));
  }
}

// Same, equation 3: 96 B s l h^2 (1 + s / 6 h + V / 16 l h) with all activations computed again.
// Without: layers three times instead of four; the head is never computed again.
TEST_CASE("unfused attention of a GPT has the published work exactly", "[model]") {
  for (const Megatron& row : megatron) {
    const double s = 2048;
    const auto h = static_cast<double>(row.hidden);
    const auto l = static_cast<double>(row.layers);
    const Model model = build(gpt(row.layers, row.hidden, row.heads));
    const double again = static_cast<double>(model.blocks()) * forward_work(model.block(0)).value();
    CHECK(training_work(model).value() ==
          Approx(72 * s * l * h * h * (1 + s / (6 * h) + 51200 / (12 * l * h))).epsilon(1e-12));
    CHECK(training_work(model).value() + again ==
          Approx(96 * s * l * h * h * (1 + s / (6 * h) + 51200 / (16 * l * h))).epsilon(1e-12));
  }
}

// Brown et al., arXiv 2005.14165, table 2.1 and appendix D: 174,600 M parameters, 3.14e23
// operations for 300e9 tokens, attention left out.
TEST_CASE("GPT-3 has 174.6 billion parameters and 1.047e12 operations a token", "[model]") {
  const DenseTransformer shape = gpt(96, 12288, 96, 50257);
  CHECK(parameters(build(shape)) == Approx(174.6e9).epsilon(0.001));
  const double attention = 3 * 4 * 2048.0 * 12288 * 96;
  CHECK(work_per_token(build(shape)) - attention == Approx(3.14e23 / 300e9).epsilon(0.01));
}

// Touvron et al., arXiv 2302.13971, table 2 (6.7 and 13.0, the same shapes) and 2307.09288; 69.0 is
// the count of meta-llama/Llama-2-70b-hf, printed as 70.
TEST_CASE("Llama 2 has 6.7, 13.0 and 69.0 billion parameters to 1 %", "[model]") {
  CHECK(parameters(build(llama(32, 4096, 32, 11008, 32000, 4096))) == Approx(6.7e9).epsilon(0.01));
  CHECK(parameters(build(llama(40, 5120, 40, 13824, 32000, 4096))) == Approx(13.0e9).epsilon(0.01));
  CHECK(parameters(build(llama(80, 8192, 8, 28672, 32000, 4096))) == Approx(69.0e9).epsilon(0.01));
}

// Grattafiori et al., arXiv 2407.21783, table 3; 70.6 is the count of meta-llama/Meta-Llama-3-70B.
TEST_CASE("Llama 3 has 8, 70.6 and 405 billion parameters to 1 %", "[model]") {
  CHECK(parameters(build(llama(32, 4096, 8, 14336, 128256, 8192))) == Approx(8e9).epsilon(0.01));
  CHECK(parameters(build(llama(80, 8192, 8, 28672, 128256, 8192))) == Approx(70.6e9).epsilon(0.01));
  CHECK(parameters(build(llama(126, 16384, 8, 53248, 128256, 8192))) ==
        Approx(405e9).epsilon(0.01));
}

// Same, section 3.2: 3.8e25 operations for 15.6e12 tokens of 8192 a sequence.
TEST_CASE("Llama 3 405B takes 2.44e12 operations a token, attention aside", "[model]") {
  const double attention = 3 * 2 * 8192.0 * 16384 * 126;
  CHECK(work_per_token(build(llama(126, 16384, 8, 53248, 128256, 8192))) - attention ==
        Approx(3.8e25 / 15.6e12).epsilon(0.01));
}

// Jiang et al., arXiv 2401.04088, section 2: 47B and 13B; mistral.ai prints 46.7B and 12.9B, and
// 141B and 39B of 8x22B.
TEST_CASE("Mixtral has 46.7 and 141 billion parameters, 12.9 and 39 active", "[model]") {
  const Model small = build(published::mixtral_8x7b());
  CHECK(parameters(small) == Approx(46.7e9).epsilon(0.01));
  CHECK(active_parameters(small) == Approx(12.9e9).epsilon(0.01));
  const Model large = build(MoeTransformer{.dense = llama(56, 6144, 8, 0, 32768, 65536),
                                           .experts = 8,
                                           .experts_per_token = 2,
                                           .expert_ffn = 16384});
  CHECK(parameters(large) == Approx(141e9).epsilon(0.01));
  CHECK(active_parameters(large) == Approx(39e9).epsilon(0.01));
}

// DeepSeek-AI, arXiv 2412.19437: 671B, 37B for each token. The latter leaves out the embedding, of
// which a token reads one row (0.93B).
TEST_CASE("DeepSeek-V3 has 671 billion parameters, 37 active", "[model]") {
  const Model model = build(published::deepseek_v3());
  CHECK(parameters(model) == Approx(671e9).epsilon(0.001));
  CHECK(active_parameters(model) - model.entry.parameters == Approx(37e9).epsilon(0.015));
}

// Yang et al., arXiv 2505.09388, table 2: 235B, 22B active.
TEST_CASE("Qwen3-235B-A22B has 235 billion parameters, 22 active", "[model]") {
  MoeTransformer shape{.dense = llama(94, 4096, 4, 0, 151936, 4096),
                       .experts = 128,
                       .experts_per_token = 8,
                       .expert_ffn = 1536};
  shape.dense.heads = 64;
  CHECK(parameters(build(shape)) == Approx(235e9).epsilon(0.01));
  CHECK(active_parameters(build(shape)) == Approx(22e9).epsilon(0.01));
}

// xai-org/grok-1: 314B, 8 experts, 2 a token.
TEST_CASE("Grok-1 has 314 billion parameters to 1 %", "[model]") {
  MoeTransformer shape{.dense = llama(64, 6144, 8, 0, 131072, 8192),
                       .experts = 8,
                       .experts_per_token = 2,
                       .expert_ffn = 32768};
  shape.dense.tied_head = true;
  CHECK(parameters(build(shape)) == Approx(314e9).epsilon(0.01));
}

// Kaplan et al., arXiv 2001.08361, section 2.1, with the parameters that a token meets.
TEST_CASE("a mixture trains at 6 operations an active parameter and token", "[model]") {
  MoeTransformer shape = published::mixtral_8x7b();
  shape.dense.sequence = 64;
  const Model model = build(shape);
  // The embedding is read, not multiplied.
  const double multiplied = active_parameters(model) - model.entry.parameters;
  CHECK(work_per_token(model) == Approx(6 * multiplied).epsilon(0.001));
}

}  // namespace trainyard::model
