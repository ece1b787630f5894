#include "report/view.hpp"

#include <catch2/catch.hpp>

#include "base/check.hpp"
#include "report/fleets.hpp"

namespace trainyard::report {

TEST_CASE("a result without variants is read as one variant without a name", "[report]") {
  const Dataset dataset = result({austin()});
  const View view(dataset);
  CHECK(view.variants() == std::vector<std::string>{""});
  CHECK(view.names("job") == std::vector<std::string>{"optimus", "fsd"});
  CHECK(view.at("job_samples", {0, 0}) == 1600 * 864000.);
  CHECK(view.text("job_owner", {0, 1}) == "tesla");
  CHECK(view.at("power_limit", {0, 40, 0}) == 20e6);
  CHECK(view.has("power"));
  CHECK_FALSE(view.has("powder"));
}

TEST_CASE("a result with variants is read by variant", "[report]") {
  const Dataset dataset = result(variants());
  const View view(dataset);
  CHECK(view.variants() == std::vector<std::string>{"keep", "power late"});
  CHECK(view.at("power_limit", {0, 40, 0}) == 20e6);
  CHECK(view.at("power_limit", {1, 40, 0}) == 10e6);
}

TEST_CASE("bins have their own lengths, the last one too", "[report]") {
  const Dataset dataset = result({austin()});
  const View view(dataset);
  REQUIRE(view.times().size() == 46);
  CHECK(view.times()[1] == worlds::day(1).value());
  CHECK(view.bin_length(0) == 86400);
  CHECK(view.bin_length(45) == 43200);
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("reading what is not there is a broken contract", "[report]") {
  const Dataset dataset = result({austin()});
  const View view(dataset);
  CHECK_THROWS_AS(view.at("powder", {0, 0}), ContractError);
  CHECK_THROWS_AS(view.at("power_limit", {0, 99, 0}), ContractError);
}
#endif

}  // namespace trainyard::report
