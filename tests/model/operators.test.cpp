#include "model/operators.hpp"

#include <catch2/catch.hpp>

namespace trainyard::model {
namespace {

// Four heads of 16 columns, one of keys and values.
AttentionShape shape(AttentionKernel kernel) {
  return {.queries = 100,
          .context = 100,
          .width = 64,
          .kv_width = 16,
          .causal = true,
          .heads = 4,
          .kernel = kernel};
}

}  // namespace

TEST_CASE("a causal mask halves the work of fused attention, not its traffic", "[model]") {
  AttentionShape masked = shape(AttentionKernel::fused);
  AttentionShape whole = masked;
  whole.causal = false;
  CHECK(attention(whole).work == Flops(4 * 100 * 100 * 64));
  CHECK(attention(masked).work == attention(whole).work / 2);
  CHECK(attention(masked).traffic == attention(whole).traffic);
  CHECK(attention(whole).traffic == Bytes(2 * 100 * (64 + 64 + 16 + 16)));
}

TEST_CASE("streaming operators count two bytes for each element and pass", "[model]") {
  CHECK(memory_bound("norm", 1000, 3, Split::tokens).traffic == Bytes(6000));
}

TEST_CASE("a product keeps its inputs", "[model]") {
  CHECK(gemm("product", 10, 20, 30, Split::columns).stored == Bytes(2 * 10 * 20));
  CHECK(keeping(gemm("product", 10, 20, 30, Split::rows), Bytes(7)).stored == Bytes(7));
}

TEST_CASE("a product has one matrix of weights for each group", "[model]") {
  Operator op = gemm("experts", 10, 20, 30, Split::tokens);
  CHECK(weights(op) == 600);
  op.groups = 4;
  CHECK(weights(op) == 2400);
}

TEST_CASE("a point exchanges two bytes for each element and keeps nothing", "[model]") {
  const Operator op = exchange(Point::context_keys, 1000);
  CHECK(op.kind == OperatorKind::exchange);
  CHECK(op.point == Point::context_keys);
  CHECK(op.name == "context keys");
  CHECK(op.traffic == Bytes(2000));
  CHECK(op.stored == Bytes(0));
  CHECK(forward_work(op) == Flops(0));
}

TEST_CASE("attention stands between the points of a group that divides the sequence", "[model]") {
  const std::vector<Operator> core = attention_core(shape(AttentionKernel::fused));
  REQUIRE(core.size() == 4);
  CHECK(core[0].point == Point::context_enter);
  CHECK(core[0].traffic == Bytes(2 * 100 * (64 + 16 + 16)));
  CHECK(core[1].point == Point::context_keys);
  CHECK(core[1].traffic == Bytes(2 * 100 * (16 + 16)));
  CHECK(core[2].kind == OperatorKind::attention);
  CHECK(core[3].point == Point::context_leave);
  CHECK(core[3].traffic == Bytes(2 * 100 * 64));
}

TEST_CASE("fused attention keeps queries, keys, values and four bytes a row and head", "[model]") {
  const Operator op = attention(shape(AttentionKernel::fused));
  CHECK(op.stored == Bytes(2 * 100 * (64 + 16 + 16) + 4 * 4 * 100));
  CHECK_FALSE(op.forgettable);
}

TEST_CASE("unfused attention writes, reads and keeps every score, masked or not", "[model]") {
  const std::vector<Operator> core = attention_core(shape(AttentionKernel::unfused));
  REQUIRE(core.size() == 6);
  const double scores = 4 * 100 * 100;
  CHECK(core[2].work + core[4].work == Flops(4 * 100 * 100 * 64));
  CHECK(core[2].traffic == Bytes(2 * (100 * (64 + 16) + scores)));
  CHECK(core[3].traffic == Bytes(4 * scores));
  CHECK(core[3].stored == Bytes(2 * scores));
  CHECK(core[4].traffic == Bytes(2 * (100 * (16 + 64) + scores)));
  CHECK(core[2].forgettable);
  CHECK(core[3].forgettable);
  CHECK_FALSE(core[4].forgettable);
}

TEST_CASE("values may be narrower than keys", "[model]") {
  AttentionShape narrow = shape(AttentionKernel::fused);
  narrow.value_width = 8;
  narrow.output_width = 32;
  CHECK(key_value_columns(narrow) == 24);
  CHECK(output_columns(narrow) == 32);
  CHECK(attention(narrow).work == Flops(100 * 100 * (64 + 32)));
  CHECK(attention(narrow).traffic == Bytes(2 * 100 * (64 + 24 + 32)));
}

}  // namespace trainyard::model
