#include "output/image.hpp"

#include <catch2/catch.hpp>

#include "base/check.hpp"
#include "output/sample.hpp"

namespace trainyard::output {
namespace {

TEST_CASE("the same dataset gives the same bytes", "[output]") {
  const std::vector<std::byte> first = image(sample());
  const std::vector<std::byte> other = image(noise(1000));
  CHECK(first == image(sample()));
  CHECK(first != other);
}

TEST_CASE("a dataset of nothing is still an HDF5 file", "[output]") {
  const std::vector<std::byte> bytes = image({});
  REQUIRE(bytes.size() > 8);
  CHECK(static_cast<char>(bytes[1]) == 'H');
  CHECK(static_cast<char>(bytes[2]) == 'D');
  CHECK(static_cast<char>(bytes[3]) == 'F');
}

TEST_CASE("numbers are compressed", "[output]") {
  Dataset flat = noise(1'000'000);
  flat.variables[0].values = std::vector<double>(1'000'000, 1.0);
  CHECK(image(flat).size() < 100'000);
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("a dataset that contradicts itself is our bug", "[output]") {
  Dataset dataset = sample();
  dataset.axes[0].size = 4;
  CHECK_THROWS_AS(image(dataset), ContractError);
}
#endif

}  // namespace
}  // namespace trainyard::output
