#include "model/mixture.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace trainyard::model {
namespace {

constexpr double tokens = 512;
constexpr double hidden = 64;

Part example() {
  return mixture({.tokens = tokens, .hidden = hidden},
                 {.experts = 8, .experts_per_token = 2, .expert = {.ffn = 128}});
}

const Operator& find(const Part& part, const std::string& name) {
  for (const Operator& op : part.operators) {
    if (op.name == name) return op;
  }
  throw std::runtime_error("no operator " + name);
}

}  // namespace

TEST_CASE("tokens are sorted before they go to experts, and summed when they are back", "[model]") {
  const Part part = example();
  std::vector<std::string> names;
  for (const Operator& op : part.operators) names.push_back(op.name);
  CHECK(names == std::vector<std::string>{"feed-forward norm", "router", "sort by expert",
                                          "expert dispatch", "expert up", "expert activation",
                                          "expert down", "expert combine", "weighted sum",
                                          "feed-forward residual"});
}

// 0.50 of the bandwidth where streaming reaches 0.67 (SimuMax, B200): 4/3 of the bytes. A token is
// read once and stands twice, and the other way round.
TEST_CASE("rows that move by an index take 4/3 of their bytes", "[model]") {
  const Part part = example();
  const double rows = 2 * tokens * hidden;
  for (const char* name : {"sort by expert", "weighted sum"}) {
    const Operator& op = find(part, name);
    CHECK(op.traffic.value() == Approx((1 + 2) * rows * 4 / 3).epsilon(1e-14));
    CHECK_FALSE(op.expert);
    CHECK(op.kind == OperatorKind::memory_bound);
    CHECK(op.split == Split::tokens);
  }
}

// The order is small. The gate's gradient needs what the experts made of both copies.
TEST_CASE("sorting keeps nothing for backward, the weighted sum its inputs", "[model]") {
  const Part part = example();
  CHECK(find(part, "sort by expert").stored == Bytes(0));
  CHECK(find(part, "weighted sum").stored == Bytes(2 * 2 * tokens * hidden));
}

}  // namespace trainyard::model
