#include "model/dense_transformer.hpp"

#include <catch2/catch.hpp>

#include "support/examples.hpp"

namespace trainyard::model {
namespace {

// What a whole training step does, over 6 x parameters x tokens.
double over_rule(const Model& model) {
  return 3 * forward_work(model).value() / (6 * parameters(model) * model.tokens_per_sample);
}

DenseTransformer gpt3(std::int64_t sequence) {
  return {.layers = 96,
          .hidden = 12288,
          .heads = 96,
          .kv_heads = 96,
          .head_size = 128,
          .ffn = 4 * 12288,
          .vocabulary = 50257,
          .tied_head = true,
          .sequence = sequence};
}

}  // namespace

// Grattafiori et al., The Llama 3 Herd of Models, arXiv 2407.21783, table 3.
TEST_CASE("Llama 3 has 8 and 405 billion parameters to 1 %", "[model]") {
  CHECK(parameters(examples::llama3_8b()) == Approx(8e9).epsilon(0.01));
  CHECK(parameters(examples::llama3_405b()) == Approx(405e9).epsilon(0.01));
}

// Brown et al., arXiv 2005.14165, table 2.1: 175.0 B; appendix D counts 174,600 M.
TEST_CASE("GPT-3 has 174.6 billion parameters to 1 %", "[model]") {
  CHECK(parameters(examples::gpt3_175b()) == Approx(174.6e9).epsilon(0.01));
}

// Narayanan et al., arXiv 2104.04473, equation 2: 12 l h^2 and V h, less its small terms.
TEST_CASE("a GPT's parameters are 12 l h^2 + V h", "[model]") {
  const double h = 12288;
  CHECK(parameters(build(gpt3(2048))) == Approx(12 * 96 * h * h + 50257 * h).epsilon(1e-14));
}

// Kaplan et al., arXiv 2001.08361, section 2.1.
TEST_CASE("training costs 6 operations a parameter and token where attention is short", "[model]") {
  // A tied head uses every parameter once: only attention is beyond the rule.
  CHECK(over_rule(build(gpt3(64))) == Approx(1).epsilon(0.001));
  // The embedding table is read, not multiplied: 0.5 % of 405 B, 6.5 % of 8 B.
  Model llama = build(DenseTransformer{.layers = 126,
                                       .hidden = 16384,
                                       .heads = 128,
                                       .kv_heads = 8,
                                       .head_size = 128,
                                       .ffn = 53248,
                                       .gated_ffn = true,
                                       .vocabulary = 128256,
                                       .sequence = 512});
  CHECK(over_rule(llama) == Approx(1).epsilon(0.01));
  CHECK(over_rule(examples::llama3_8b()) > 1);
}

// Narayanan et al., arXiv 2104.04473, equation 3, without its recomputation (a third): 72 B s l h^2
// (1 + s / 6h + V / 12 l h). Causal masks halve the s / 6h.
TEST_CASE("a GPT's work is the published closed form", "[model]") {
  for (const std::int64_t sequence : {512, 2048, 32768}) {
    const double s = static_cast<double>(sequence);
    const double h = 12288;
    const double l = 96;
    const double published = 72 * s * l * h * h * (1 + s / (12 * h) + 50257 / (12 * l * h));
    CHECK(3 * forward_work(build(gpt3(sequence))).value() == Approx(published).epsilon(1e-12));
  }
}

TEST_CASE("grouped queries save the keys' and values' parameters", "[model]") {
  DenseTransformer shape{.layers = 1,
                         .hidden = 4096,
                         .heads = 32,
                         .kv_heads = 32,
                         .head_size = 128,
                         .ffn = 14336,
                         .vocabulary = 1,
                         .sequence = 1};
  const double all = parameters(build(shape));
  shape.kv_heads = 8;
  CHECK(all - parameters(build(shape)) == 2.0 * 4096 * (4096 - 1024));
}

TEST_CASE("a language model counts tokens and brings four bytes each", "[model]") {
  const Model model = examples::llama3_8b();
  CHECK(model.progress == Progress::tokens);
  CHECK(model.tokens_per_sample == 8192);
  CHECK(model.sample_input == Bytes(4 * 8192));
  CHECK(model.heads == 32);
}

TEST_CASE("the head counts its weights once more unless they are the embedding's", "[model]") {
  DenseTransformer shape = gpt3(64);
  const double tied = parameters(build(shape));
  shape.tied_head = false;
  CHECK(parameters(build(shape)) - tied == 50257.0 * 12288);
  CHECK(forward_work(build(shape)) == forward_work(build(gpt3(64))));
}

}  // namespace trainyard::model
