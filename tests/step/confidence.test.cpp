#include "step/confidence.hpp"

#include <catch2/catch.hpp>
#include <utility>

#include "support/examples.hpp"

namespace trainyard::step {
namespace {

// On h100_sxm.
Task task(const std::string& software) {
  Task task =
      examples::task(examples::small_language(), examples::dgx_h100(), examples::request(1, 1, 1));
  task.request.software.name = software;
  return task;
}

Family family(std::int64_t rows) {
  return {.rows = rows, .low = 0.9, .middle = 1, .high = 1.2, .largest = 512};
}

std::map<std::string, Family> all_families() {
  return {{"h100_sxm/mlperf_nemo", family(12)},
          {"mlperf_nemo", family(30)},
          {"h100_sxm", family(40)},
          {"all", family(100)}};
}

}  // namespace

TEST_CASE("the nearest family that was measured counts: both, the software, the chip, all",
          "[step]") {
  std::map<std::string, Family> families = all_families();
  for (const auto& [name, rows] : {std::pair{"h100_sxm/mlperf_nemo", 12},
                                   {"mlperf_nemo", 30},
                                   {"h100_sxm", 40},
                                   {"all", 100}}) {
    const Band band = Confidence(families).band(task("mlperf_nemo"), 64);
    CHECK(band.family == name);
    CHECK(band.of.rows == rows);
    CHECK(band.of.low == 0.9);
    CHECK(band.of.high == 1.2);
    families.erase(name);
  }
  CHECK(Confidence(families).band(task("mlperf_nemo"), 64).family.empty());
}

TEST_CASE("other software and other chips have no part in a family of both", "[step]") {
  const Confidence confidence(all_families());
  CHECK(confidence.band(task("nanotron"), 64).family == "h100_sxm");
  Task other = task("mlperf_nemo");
  other.node.accelerator.name = "b200_hgx";
  CHECK(confidence.band(other, 64).family == "mlperf_nemo");
  other.request.software.name = "nanotron";
  CHECK(confidence.band(other, 64).family == "all");
}

TEST_CASE("more than twice as many accelerators as were measured are extrapolated", "[step]") {
  const Confidence confidence(all_families());
  CHECK_FALSE(confidence.band(task("mlperf_nemo"), 8).extrapolated);
  CHECK_FALSE(confidence.band(task("mlperf_nemo"), 2 * 512).extrapolated);
  CHECK(confidence.band(task("mlperf_nemo"), 2 * 512 + 1).extrapolated);
}

TEST_CASE("what is not of this chip with this software is extrapolated, however small", "[step]") {
  std::map<std::string, Family> families = all_families();
  while (families.size() > 1) {
    families.erase(Confidence(families).band(task("mlperf_nemo"), 8).family);
    CHECK(Confidence(families).band(task("mlperf_nemo"), 8).extrapolated);
  }
}

TEST_CASE("without measurements nothing is known", "[step]") {
  const Band band = Confidence().band(task("mlperf_nemo"), 8);
  CHECK(band.family.empty());
  CHECK(band.of.rows == 0);
  CHECK(band.of.low == 1);
  CHECK(band.of.high == 1);
  CHECK(band.extrapolated);
}

TEST_CASE("steps say nothing of a collective alone", "[step]") {
  Task alone = task("mlperf_nemo");
  alone.exchange = Exchange{.buffer = Bytes(1e9)};
  CHECK(Confidence(all_families()).band(alone, 8).family.empty());
}

}  // namespace trainyard::step
