#include "model/model.hpp"

#include <catch2/catch.hpp>

#include "model/operators.hpp"

namespace trainyard::model {

TEST_CASE("a layer's work is that of its products and attention", "[model]") {
  Layer layer;
  layer.operators = {gemm("product", 10, 20, 30, Split::columns),
                     attention({.queries = 8, .context = 4, .width = 2, .kv_width = 2}),
                     memory_bound("sum", 1e6, 3, Split::tokens)};
  CHECK(forward_work(layer) == Flops(2 * 10 * 20 * 30 + 4 * 8 * 4 * 2));
}

TEST_CASE("a model is its entry, its blocks and its exit", "[model]") {
  Model model;
  model.blocks = 7;
  model.entry.parameters = 1;
  model.block.parameters = 10;
  model.exit.parameters = 100;
  model.entry.operators = {gemm("entry", 1, 1, 1, Split::none)};
  model.block.operators = {gemm("block", 10, 1, 1, Split::none)};
  model.exit.operators = {gemm("exit", 100, 1, 1, Split::none)};
  CHECK(parameters(model) == 171);
  CHECK(forward_work(model) == Flops(2 * 171));
}

}  // namespace trainyard::model
