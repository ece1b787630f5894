#include "output/layout.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "output/sample.hpp"

namespace trainyard::output {
namespace {

constexpr std::uint64_t kib = 1024;

std::uint64_t chunk_bytes(const Shape& shape) {
  return 8 * count(chunk_shape(shape));
}

// What `sound` says of the sample after `change` spoiled it.
template <class Change>
bool sound_after(Change change) {
  Dataset dataset = sample();
  change(dataset);
  return sound(dataset);
}

TEST_CASE("a scalar has one value and an empty axis has none", "[output]") {
  CHECK(count({}) == 1);
  CHECK(count({4, 0, 3}) == 0);
  CHECK(count({4, 2, 3}) == 24);
}

TEST_CASE("an array of up to 512 KiB is one chunk", "[output]") {
  CHECK(chunk_shape({3, 2}) == Shape{3, 2});
  CHECK(chunk_shape({65536}) == Shape{65536});
}

TEST_CASE("larger arrays are cut along the outer axes into chunks of 128 to 512 KiB", "[output]") {
  CHECK(chunk_shape({65537}) == Shape{32769});
  CHECK(chunk_shape({3, 100000}) == Shape{1, 50000});
  CHECK(chunk_shape({2, 1000, 10, 8}) == Shape{1, 500, 10, 8});
  for (const Shape& shape : {Shape{10'000'000}, Shape{7, 365, 12, 30}, Shape{3, 5, 70000},
                             Shape{1, 1, 1'000'003}, Shape{40, 40, 40, 40}}) {
    CHECK(chunk_bytes(shape) >= 128 * kib);
    CHECK(chunk_bytes(shape) <= 512 * kib);
  }
}

TEST_CASE("the sample and a dataset of nothing are sound", "[output]") {
  CHECK(sound(sample()));
  CHECK(sound({}));
}

TEST_CASE("a dataset that contradicts itself is not sound", "[output]") {
  CHECK_FALSE(sound_after([](Dataset& d) { d.axes[0].size = 4; }));
  CHECK_FALSE(sound_after([](Dataset& d) { d.axes.push_back({"site", 2}); }));
  CHECK_FALSE(sound_after([](Dataset& d) { d.axes[0].name = "tempo"; }));
  CHECK_FALSE(sound_after([](Dataset& d) { d.variables[2].name = "chips"; }));
  CHECK_FALSE(sound_after([](Dataset& d) { d.variables[2].name = ""; }));
  CHECK_FALSE(sound_after([](Dataset& d) { d.variables[2].name = "power/site"; }));
  CHECK_FALSE(sound_after([](Dataset& d) { d.variables[2].name = "percentile"; }));
  CHECK_FALSE(sound_after([](Dataset& d) { d.variables[4].dimensions = {"site", "site"}; }));
  CHECK_FALSE(sound_after([](Dataset& d) { d.attributes.push_back({"seed", 1.0}); }));
}

TEST_CASE("text with a zero byte is not sound", "[output]") {
  const std::string cut("a\0b", 3);
  CHECK_FALSE(sound_after([&](Dataset& d) { d.variables[1].values = std::vector{cut, cut}; }));
  CHECK_FALSE(sound_after([&](Dataset& d) { d.attributes[0].value = cut; }));
}

}  // namespace
}  // namespace trainyard::output
