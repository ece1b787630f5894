#include "model/model.hpp"

#include <catch2/catch.hpp>

#include "model/operators.hpp"

namespace trainyard::model {
namespace {

Layer layer(double parameters, Operator op) {
  Layer one;
  one.parameters = parameters;
  one.operators = {std::move(op)};
  return one;
}

}  // namespace

TEST_CASE("a layer's work is that of its products and attention", "[model]") {
  Layer one;
  one.operators = {gemm("product", 10, 20, 30, Split::columns), exchange(Point::tensor_enter, 1e6),
                   attention({.queries = 8, .context = 4, .width = 2, .kv_width = 2}),
                   memory_bound("sum", 1e6, 3, Split::tokens)};
  CHECK(forward_work(one) == Flops(2 * 10 * 20 * 30 + 4 * 8 * 4 * 2));
}

TEST_CASE("a model is its entry, its layers in their order and its exit", "[model]") {
  Model model;
  model.entry = layer(1, gemm("entry", 1, 1, 1, Split::none));
  model.kinds = {layer(10, gemm("one", 10, 1, 1, Split::none)),
                 layer(1000, gemm("other", 1000, 1, 1, Split::none))};
  model.order = {0, 1, 0};
  model.exit = layer(100, gemm("exit", 100, 1, 1, Split::none));
  CHECK(model.blocks() == 3);
  CHECK(model.block(1).parameters == 1000);
  CHECK(parameters(model) == 1121);
  CHECK(forward_work(model) == Flops(2 * 1121));
}

TEST_CASE("a token meets its share of the experts", "[model]") {
  Model model;
  model.kinds = {layer(10, gemm("router", 1, 1, 1, Split::none))};
  model.kinds[0].expert_parameters = 800;
  model.order = {0, 0};
  model.active_share = 0.25;
  CHECK(parameters(model) == 1620);
  CHECK(active_parameters(model) == 420);
}

TEST_CASE("training is three times forward, two where weights are frozen", "[model]") {
  Model model;
  model.entry = layer(0, gemm("trained", 10, 1, 1, Split::none));
  Operator frozen = gemm("frozen", 10, 1, 1, Split::none);
  frozen.frozen = true;
  model.exit = layer(0, frozen);
  CHECK(training_work(model) == Flops(2 * 10 * (3 + 2)));
}

}  // namespace trainyard::model
