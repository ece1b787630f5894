#include "base/units.hpp"

#include <catch2/catch.hpp>
#include <concepts>

using namespace trainyard;

namespace {

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept Divisible = requires(A a, B b) {
  a / b;
};

}  // namespace

TEST_CASE("an amount over a rate is a duration", "[base]") {
  CHECK(Bytes(900e9) / BytesPerSecond(450e9) == Seconds(2));
  CHECK(Flops(6e15) / FlopsPerSecond(2e15) == Seconds(3));
  CHECK(Bytes(10) / Seconds(2) == BytesPerSecond(5));
  CHECK(BytesPerSecond(5) * Seconds(2) == Bytes(10));
  CHECK(Watts(700) * Seconds(2) == Joules(1400));
  CHECK(PerSecond(3) * Seconds(2) == 6);
  CHECK(UsdPerSecond(3) * Seconds(2) == Usd(6));
  CHECK(Joules(5) * UsdPerJoule(2) == Usd(10));
}

TEST_CASE("quantities of one unit add, scale, compare and have a ratio", "[base]") {
  CHECK(Watts(1) + Watts(2) == Watts(3));
  CHECK(Watts(1) - Watts(2) == Watts(-1));
  CHECK(2 * Watts(3) == Watts(3) * 2.0);
  CHECK(Watts(3) / 2.0 == Watts(1.5));
  CHECK(Watts(6) / Watts(3) == 2.0);
  CHECK(Watts(1) < Watts(2));
  Watts sum(1);
  sum += Watts(2);
  sum -= Watts(0.5);
  CHECK(sum.value() == 2.5);
}

TEST_CASE("operations without a meaning do not compile", "[base]") {
  STATIC_REQUIRE(!Addable<Watts, Joules>);
  STATIC_REQUIRE(!Addable<Watts, double>);
  STATIC_REQUIRE(!Addable<Instant, Instant>);
  STATIC_REQUIRE(!Divisible<Bytes, FlopsPerSecond>);
  STATIC_REQUIRE(!std::convertible_to<double, Watts>);
  STATIC_REQUIRE(!std::convertible_to<Watts, double>);
}

TEST_CASE("the time between two moments is a duration", "[base]") {
  CHECK(Instant(100) - Instant(40) == Seconds(60));
  CHECK(Instant(40) + Seconds(60) == Instant(100));
}
