#include "model/operator_table.hpp"

#include <catch2/catch.hpp>

#include "model/operators.hpp"

namespace trainyard::model {
namespace {

Operator measured(const char* name, double forward, double backward) {
  Operator op;
  op.name = name;
  op.kind = OperatorKind::fixed;
  op.fixed_forward = Seconds(forward);
  op.fixed_backward = Seconds(backward);
  return op;
}

// A published check: 96 layers, each twice 1192 us and a sum of 50,331,648 bytes.
OperatorTable table() {
  return {.layers = 96,
          .heads = 96,
          .parameters = 174.6e9,
          .tokens = 2048,
          .boundary = Bytes(50331648),
          .operators = {measured("attention", 1192e-6, 2384e-6),
                        exchange(Point::tensor_leave, 50331648 / 2),
                        measured("feed-forward", 1192e-6, 2384e-6),
                        exchange(Point::tensor_leave, 50331648 / 2)}};
}

}  // namespace

TEST_CASE("a sum in a table is entered before the operators that it follows", "[model]") {
  const Layer layer = build(table()).block(95);
  REQUIRE(layer.operators.size() == 6);
  const std::vector<Point> points{Point::tensor_enter, Point::none, Point::tensor_leave,
                                  Point::tensor_enter, Point::none, Point::tensor_leave};
  for (std::size_t i = 0; i < points.size(); ++i) {
    CHECK(layer.operators[i].point == points[i]);
    if (points[i] != Point::none) CHECK(layer.operators[i].traffic == Bytes(50331648));
  }
}

TEST_CASE("operators behind the last sum of a table are not summed", "[model]") {
  OperatorTable shape = table();
  shape.operators.push_back(measured("rest", 1e-6, 2e-6));
  CHECK(build(shape).block(0).operators.back().name == "rest");
}

TEST_CASE("a table's layers share its parameters; its ends have nothing to do", "[model]") {
  const Model model = build(table());
  CHECK(model.blocks() == 96);
  CHECK(parameters(model) == Approx(174.6e9).epsilon(1e-12));
  CHECK(model.entry.operators.empty());
  CHECK(model.exit.operators.empty());
  CHECK(model.tokens_per_sample == 2048);
  CHECK(model.progress == Progress::tokens);
}

TEST_CASE("a table without tokens counts samples", "[model]") {
  OperatorTable shape = table();
  shape.tokens = 0;
  CHECK(build(shape).progress == Progress::samples);
}

}  // namespace trainyard::model
