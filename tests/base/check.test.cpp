#include "base/check.hpp"

#include <catch2/catch.hpp>

namespace {

int half(int even) {
  EXPECT(even % 2 == 0);
  return even / 2;
}

}  // namespace

TEST_CASE("a contract that holds does nothing", "[base]") {
  CHECK(half(4) == 2);
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("a broken contract names its kind, condition, file and line", "[base]") {
  CHECK_THROWS_WITH(half(3), Catch::Contains("check.test.cpp:8: EXPECT failed: even % 2 == 0"));
  CHECK_THROWS_AS(half(3), trainyard::ContractError);
}
#endif
