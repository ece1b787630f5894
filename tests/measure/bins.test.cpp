#include "measure/bins.hpp"

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "base/check.hpp"

namespace trainyard::measure {
namespace {

using Parts = std::vector<std::pair<std::size_t, double>>;

Parts parts(const Bins& bins, double begin, double end) {
  Parts all;
  bins.each(Instant(begin), Instant(end),
            [&](std::size_t bin, Seconds overlap) { all.emplace_back(bin, overlap.value()); });
  return all;
}

double sum(const Parts& parts) {
  double seconds = 0;
  for (const auto& [bin, part] : parts) seconds += part;
  return seconds;
}

}  // namespace

TEST_CASE("a horizon that the bin divides has equal bins", "[measure]") {
  const Bins bins(Instant(100), Instant(400), Seconds(100));
  CHECK(bins.size() == 3);
  for (std::size_t bin = 0; bin < 3; ++bin) CHECK(bins.length(bin) == Seconds(100));
  CHECK(bins.start(2) == Instant(300));
}

TEST_CASE("the last bin is shorter where the bin does not divide the horizon", "[measure]") {
  const Bins bins(Instant(100), Instant(425), Seconds(100));
  CHECK(bins.size() == 4);
  CHECK(bins.length(2) == Seconds(100));
  CHECK(bins.length(3) == Seconds(25));
}

TEST_CASE("a horizon shorter than its bin is one bin", "[measure]") {
  const Bins bins(Instant(100), Instant(130), Seconds(1000));
  CHECK(bins.size() == 1);
  CHECK(bins.length(0) == Seconds(30));
}

TEST_CASE("bins that are no binary numbers do not leave a sliver", "[measure]") {
  for (const std::int64_t count : {3, 7, 10, 1000}) {
    const Seconds bin(0.1);
    const Bins bins(Instant(0), Instant(0.1 * static_cast<double>(count)), bin);
    CHECK(bins.size() == static_cast<std::size_t>(count));
  }
}

TEST_CASE("a span is cut at the bins' edges", "[measure]") {
  const Bins bins(Instant(100), Instant(425), Seconds(100));
  CHECK(parts(bins, 150, 160) == Parts{{0, 10}});
  CHECK(parts(bins, 150, 320) == Parts{{0, 50}, {1, 100}, {2, 20}});
  CHECK(parts(bins, 200, 300) == Parts{{1, 100}});
  CHECK(parts(bins, 390, 425) == Parts{{2, 10}, {3, 25}});
}

TEST_CASE("what lies outside the horizon is cut off", "[measure]") {
  const Bins bins(Instant(100), Instant(425), Seconds(100));
  CHECK(parts(bins, 0, 1000) == Parts{{0, 100}, {1, 100}, {2, 100}, {3, 25}});
  CHECK(parts(bins, 0, 100).empty());
  CHECK(parts(bins, 0, 101) == Parts{{0, 1}});
  CHECK(parts(bins, 425, 500).empty());
  CHECK(parts(bins, 424, 500) == Parts{{3, 1}});
}

TEST_CASE("an empty or reversed span overlaps nothing", "[measure]") {
  const Bins bins(Instant(100), Instant(425), Seconds(100));
  CHECK(parts(bins, 150, 150).empty());
  CHECK(parts(bins, 200, 200).empty());
  CHECK(parts(bins, 160, 150).empty());
}

TEST_CASE("the parts of a span sum to the span, whatever its ends", "[measure]") {
  const double start = 1704067200;
  const Bins bins(Instant(start), Instant(start + 86400 * 10.3), Seconds(8640.1));
  for (int i = 0; i < 500; ++i) {
    const double begin = start + 1731.7 * i;
    for (const double length : {0.3, 8640.1, 8640.1 * 3, 100000.7}) {
      const double end = std::min(begin + length, start + 86400 * 10.3);
      CHECK(sum(parts(bins, begin, end)) == Approx(std::max(0., end - begin)).margin(1e-5));
    }
  }
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("bins need a horizon and a length", "[measure]") {
  CHECK_THROWS_AS(Bins(Instant(1), Instant(1), Seconds(1)), ContractError);
  CHECK_THROWS_AS(Bins(Instant(1), Instant(2), Seconds(0)), ContractError);
}
#endif

}  // namespace trainyard::measure
