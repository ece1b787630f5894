#include "measure/cube.hpp"

#include <catch2/catch.hpp>

#include "base/check.hpp"

namespace trainyard::measure {

TEST_CASE("a cube's values are row-major, the last axis running fastest", "[measure]") {
  Cube cube({"rate", "a rate", "s-1"}, {{"site", 2}, {"time", 3}}, -1);
  cube.at({0, 2}) = 5;
  cube.at({1, 0}) += 8;
  const Variable variable = std::move(cube).variable();
  CHECK(variable.name == "rate");
  CHECK(variable.description == "a rate");
  CHECK(variable.unit == "s-1");
  CHECK(variable.dimensions == std::vector<std::string>{"site", "time"});
  CHECK(std::get<std::vector<double>>(variable.values) ==
        std::vector<double>{-1, -1, 5, 7, -1, -1});
}

TEST_CASE("a cube with an empty axis holds nothing", "[measure]") {
  Cube cube({"rate", "a rate", "s-1"}, {{"site", 0}, {"time", 3}});
  CHECK(std::get<std::vector<double>>(std::move(cube).variable().values).empty());
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("an index beyond an axis is a broken contract", "[measure]") {
  Cube cube({"rate", "a rate", "s-1"}, {{"site", 2}, {"time", 3}});
  CHECK_THROWS_AS(cube.at({0, 3}), ContractError);
  CHECK_THROWS_AS(cube.at({0}), ContractError);
}
#endif

}  // namespace trainyard::measure
