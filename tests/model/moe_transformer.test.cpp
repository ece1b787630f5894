#include "model/moe_transformer.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "published.hpp"

namespace trainyard::model {
namespace {

const Operator& find(const Layer& layer, const std::string& name) {
  const auto found = std::find_if(layer.operators.begin(), layer.operators.end(),
                                  [&](const Operator& op) { return op.name == name; });
  REQUIRE(found != layer.operators.end());
  return *found;
}

}  // namespace

TEST_CASE("layers without experts come first, then the last of every so many has them", "[model]") {
  MoeTransformer shape = published::deepseek_v3();
  CHECK_FALSE(has_experts(shape, 2));
  CHECK(has_experts(shape, 3));
  shape.moe_every = 2;
  CHECK_FALSE(has_experts(shape, 3));
  CHECK(has_experts(shape, 4));
}

TEST_CASE("a model has as many kinds of layers as it uses", "[model]") {
  const Model mixed = build(published::deepseek_v3());
  CHECK(mixed.kinds.size() == 2);
  CHECK(mixed.block(2).expert_parameters == 0);
  CHECK(mixed.block(3).expert_parameters == 256.0 * 3 * 7168 * 2048);
  const Model equal = build(published::mixtral_8x7b());
  CHECK(equal.kinds.size() == 1);
  CHECK(equal.blocks() == 32);
  CHECK(equal.block(0).expert_parameters == 8.0 * 3 * 4096 * 14336);
}

TEST_CASE("experts share out the copies of the tokens", "[model]") {
  const Model model = build(published::mixtral_8x7b());
  CHECK(model.experts == 8);
  CHECK(model.active_share == 0.25);
  const Operator& up = find(model.block(0), "expert up");
  CHECK(up.groups == 8);
  CHECK(up.expert);
  CHECK(up.tokens == 2.0 * 32768);
  CHECK(forward_work(up) == Flops(2 * 2.0 * 32768 * 4096 * 2 * 14336));
}

TEST_CASE("tokens go to their experts and back once for each expert that they are sent to",
          "[model]") {
  const Layer layer = build(published::mixtral_8x7b()).block(0);
  for (const char* point : {"expert dispatch", "expert combine"}) {
    CHECK(find(layer, point).traffic == Bytes(2 * 2.0 * 32768 * 4096));
  }
}

TEST_CASE("shared experts see every token and are divided as a feed-forward", "[model]") {
  const Model model = build(published::deepseek_v3());
  const Operator& up = find(model.block(3), "shared expert up");
  CHECK(up.tokens == 4096);
  CHECK_FALSE(up.expert);
  CHECK(up.split == Split::columns);
}

}  // namespace trainyard::model
