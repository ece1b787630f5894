#include "model/low_rank.hpp"

#include <catch2/catch.hpp>

#include "published.hpp"

namespace trainyard::model {
namespace {

double frozen(const Model& model) {
  double sum = model.entry.frozen_parameters + model.exit.frozen_parameters;
  for (std::int64_t i = 0; i < model.blocks(); ++i) {
    sum += model.block(i).frozen_parameters + model.block(i).frozen_expert_parameters;
  }
  return sum;
}

}  // namespace

// Hu et al., arXiv 2106.09685, table 4: GPT-3 with rank 8 on W_q and W_v trains 37.7 M. Here query,
// key and value are one product: d to 3 d instead of two of d to d, so l r (d + 3 d) = l r 4 d.
TEST_CASE("low rank trains 37.7 million parameters of GPT-3", "[model]") {
  const Model base = build(published::gpt(96, 12288, 96));
  const Model model = with_adapters(base, {.rank = 8, .on = {"query key value"}});
  CHECK(parameters(model) - frozen(model) == 96.0 * 8 * 4 * 12288);
  CHECK(trained_parameters(model) == Approx(37.7e6).epsilon(0.01));
  CHECK(trained_parameters(model) == parameters(model) - frozen(model));
  CHECK(frozen(model) == parameters(base));
}

TEST_CASE("frozen weights take a third off the work of training", "[model]") {
  const Model base = build(published::llama(32, 4096, 8, 14336, 128256, 128));
  const Model model = with_adapters(base, {.rank = 1, .on = {"attention output"}});
  CHECK(training_work(model) / training_work(base) == Approx(2.0 / 3).epsilon(0.01));
}

TEST_CASE("an adapter keeps the inputs that the frozen product needs no more", "[model]") {
  const Model model = with_adapters(build(published::llama(1, 4096, 8, 14336, 128256, 128)),
                                    {.rank = 16, .on = {"feed-forward down"}});
  for (const Operator& op : model.block(0).operators) {
    if (op.kind != OperatorKind::gemm) continue;
    if (op.frozen) CHECK(op.stored == Bytes(0));
    if (op.name == "feed-forward down adapter down") {
      CHECK(op.split == Split::rows);
      CHECK(op.stored == Bytes(2 * 128 * 14336));
    }
    if (op.name == "feed-forward down adapter up") CHECK(op.split == Split::none);
  }
}

TEST_CASE("experts have adapters of their own", "[model]") {
  const Model base = build(published::mixtral_8x7b());
  const Model model = with_adapters(base, {.rank = 4, .on = {"expert up"}});
  const Layer& layer = model.block(0);
  CHECK(layer.frozen_expert_parameters == base.block(0).expert_parameters);
  CHECK(layer.expert_parameters - layer.frozen_expert_parameters == 8.0 * 4 * (4096 + 2 * 14336));
}

TEST_CASE("a model names its products in order", "[model]") {
  CHECK(products(build(published::gpt(2, 1024, 16))) ==
        std::vector<std::string>{"query key value", "attention output", "feed-forward up",
                                 "feed-forward down", "head"});
}

}  // namespace trainyard::model
