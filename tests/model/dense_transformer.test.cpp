#include "model/dense_transformer.hpp"

#include <catch2/catch.hpp>

#include "published.hpp"

namespace trainyard::model {
namespace {

using published::gpt;
using published::llama;

// What a whole training step does, over 6 x parameters x tokens.
double over_rule(const Model& model) {
  return training_work(model).value() / (6 * parameters(model) * model.tokens_per_sample);
}

}  // namespace

// Narayanan et al., arXiv 2104.04473, equation 2: 12 l h^2 (1 + 13 / 12 h + (V + s) / 12 l h), less
// the term of norms and biases.
TEST_CASE("a GPT's parameters are 12 l h^2 + (V + s) h", "[model]") {
  const double h = 12288;
  CHECK(parameters(build(gpt(96, 12288, 96))) ==
        Approx(12 * 96 * h * h + (51200 + 2048) * h).epsilon(1e-14));
}

// Kaplan et al., arXiv 2001.08361, section 2.1.
TEST_CASE("training costs 6 operations a parameter and token where attention is short", "[model]") {
  DenseTransformer shape = gpt(96, 12288, 96);
  shape.sequence = 64;
  shape.positions = 0;
  // A tied head uses every parameter once: only attention is beyond the rule.
  CHECK(over_rule(build(shape)) == Approx(1).epsilon(0.001));
  // The embedding table is read, not multiplied: 0.5 % of 405 B.
  CHECK(over_rule(build(llama(126, 16384, 8, 53248, 128256, 512))) == Approx(1).epsilon(0.01));
}

// The closed form of the Megatron family with masks: they halve its s / 6 h.
TEST_CASE("fused attention leaves out what a mask hides", "[model]") {
  DenseTransformer shape = gpt(96, 12288, 96);
  shape.attention = AttentionKernel::fused;
  for (const std::int64_t sequence : {512, 2048, 32768}) {
    shape.sequence = sequence;
    const auto s = static_cast<double>(sequence);
    const double h = 12288;
    const double l = 96;
    CHECK(training_work(build(shape)).value() ==
          Approx(72 * s * l * h * h * (1 + s / (12 * h) + 51200 / (12 * l * h))).epsilon(1e-12));
  }
}

TEST_CASE("grouped queries save the keys' and values' parameters", "[model]") {
  const double all = parameters(build(llama(1, 4096, 32, 14336, 1, 1)));
  CHECK(all - parameters(build(llama(1, 4096, 8, 14336, 1, 1))) == 2.0 * 4096 * (4096 - 1024));
}

TEST_CASE("a language model counts tokens and brings four bytes each", "[model]") {
  const Model model = build(llama(32, 4096, 8, 14336, 128256, 8192));
  CHECK(model.progress == Progress::tokens);
  CHECK(model.tokens_per_sample == 8192);
  CHECK(model.sample_input == Bytes(4 * 8192));
  CHECK(model.blocks() == 32);
  CHECK(model.heads == 32);
  CHECK(model.kv_heads == 8);
  CHECK(model.experts == 0);
}

TEST_CASE("the head counts its weights once more unless they are the embedding's", "[model]") {
  DenseTransformer shape = gpt(96, 12288, 96, 50257);
  const Model tied = build(shape);
  shape.tied_head = false;
  const Model own = build(shape);
  CHECK(tied.tied_head);
  CHECK(tied.exit.parameters == 0);
  CHECK(parameters(own) - parameters(tied) == 50257.0 * 12288);
  CHECK(forward_work(own) == forward_work(tied));
}

TEST_CASE("a tensor group leaves the embedding and enters the head", "[model]") {
  const Model model = build(gpt(1, 1024, 16));
  CHECK(model.entry.operators.back().point == Point::tensor_leave);
  CHECK(model.exit.operators[1].point == Point::tensor_enter);
  CHECK(model.exit.operators[1].traffic == model.entry.boundary);
}

// Korthikanti et al., arXiv 2205.05198, section 4.3: the embedding's dropout keeps s b h, the final
// norm and the head 2 s b h each, the loss the logits, 4 s b V.
TEST_CASE("embedding and head keep what the paper says", "[model]") {
  const Model model = build(gpt(1, 1024, 16));
  const double unit = 2048 * 1024;
  double entry = 0;
  double exit = 0;
  for (const Operator& op : model.entry.operators) entry += op.stored.value();
  for (const Operator& op : model.exit.operators) exit += op.stored.value();
  CHECK(entry == unit);
  CHECK(exit == 4 * unit + 4.0 * 2048 * 51200);
}

}  // namespace trainyard::model
