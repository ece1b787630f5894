#include "base/id.hpp"

#include <catch2/catch.hpp>
#include <type_traits>

using trainyard::LinkId;
using trainyard::RankId;

TEST_CASE("ids are ordered by their index", "[base]") {
  CHECK(RankId(1) < RankId(2));
  CHECK(RankId(3) == RankId(3));
  CHECK(RankId().value() == 0);
  CHECK(RankId(7).index() == 7U);
}

TEST_CASE("ids of different kinds and bare numbers do not mix", "[base]") {
  STATIC_REQUIRE(!std::is_convertible_v<RankId, LinkId>);
  STATIC_REQUIRE(!std::is_constructible_v<RankId, LinkId>);
  STATIC_REQUIRE(!std::is_convertible_v<int, RankId>);
}
