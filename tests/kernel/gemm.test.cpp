#include "kernel/gemm.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "base/random.hpp"
#include "kernel/chip.hpp"

namespace trainyard::kernel {
namespace {

using hardware::Accelerator;
using hardware::Precision;

// One tile of 256 x 128 of a product with inner dimension k, on one unit.
double tile(double k) {
  return 2 * 256 * 128 * k / unit_rate;
}

double time(const Product& product, const Accelerator& chip,
            Precision precision = Precision::bf16) {
  return duration(product, precision, 2, 1, chip).value();
}

// A chip whose tiles take as long to fill and drain as one of 256 x 128 x 1024 takes to multiply:
// fewer, larger tiles win.
Accelerator slow_to_fill() {
  Accelerator chip = round_chip();
  chip.kernel.tile = Seconds(tile(1024));
  return chip;
}

// Random products from a few rows to some thousands, of one to nine groups.
struct Case {
  Product product;
  Accelerator chip;
};
Case random_case(std::uint64_t number) {
  std::uint64_t draws = 0;
  const auto draw = [&](double low, double high) {
    return low * std::pow(high / low, uniform(7, number, draws++));
  };
  Case made{.product = {std::ceil(draw(1, 9000)), std::ceil(draw(1, 9000)),
                        std::ceil(draw(1, 9000)), std::floor(draw(1, 9.9))},
            .chip = round_chip()};
  made.chip.kernel.units = static_cast<std::int64_t>(draw(1, 150));
  made.chip.kernel.tile = Seconds(draw(1e-9, 1e-4));
  made.chip.kernel.launch = Seconds(draw(1e-7, 1e-5));
  made.chip.kernel.gemm_efficiency.fill(draw(0.2, 1));
  made.chip.kernel.sustained = draw(0.5, 1);
  made.chip.memory.front().bandwidth = BytesPerSecond(draw(1e9, 1e13));
  return made;
}
constexpr std::uint64_t cases = 500;

// What `change` makes of the time, over what it was.
template <class Change>
double ratio(std::uint64_t number, const Change& change) {
  Case now = random_case(number);
  const double before = time(now.product, now.chip);
  change(now);
  return time(now.product, now.chip) / before;
}

}  // namespace

TEST_CASE("a product of whole tiles that fill all units takes its work over the rate", "[kernel]") {
  Accelerator chip = round_chip();
  chip.kernel.launch = Seconds(2e-6);
  CHECK(time({1024, 512, 2048}, chip) ==
        Approx(2 * 1024.0 * 512 * 2048 / 4e12 + 2e-6).epsilon(1e-14));
  chip.kernel.gemm_efficiency[0] = 0.8;
  chip.kernel.sustained = 0.9;
  CHECK(time({1024, 512, 2048}, chip) ==
        Approx(2 * 1024.0 * 512 * 2048 / (4e12 * 0.8 * 0.9) + 2e-6).epsilon(1e-14));
}

// Four tiles of 256 x 128 on four units; the fifth waits for a unit.
TEST_CASE("one tile too many takes another wave", "[kernel]") {
  const double wave = 2 * tile(1024);  // to fill, and to multiply
  CHECK(time({256, 4 * 128, 1024}, slow_to_fill()) == Approx(wave).epsilon(1e-14));
  CHECK(time({256, 4 * 128 + 1, 1024}, slow_to_fill()) == Approx(2 * wave).epsilon(1e-14));
  CHECK(time({256, 8 * 128, 1024}, slow_to_fill()) == Approx(2 * wave).epsilon(1e-14));
}

TEST_CASE("a tile that is partly empty takes as long as a whole one", "[kernel]") {
  Accelerator one = round_chip();
  one.kernel.units = 1;
  const double least = time({64, 64, 512}, one);
  CHECK(least == Approx(2 * 64 * 64 * 512 / 4e12).epsilon(1e-14));
  CHECK(time({1, 1, 512}, one) == least);
  CHECK(time({65, 64, 512}, one) == Approx(2 * least).epsilon(1e-14));
  CHECK(time({65, 65, 512}, one) == Approx(4 * least).epsilon(1e-14));
}

// Of one tile of 64 x 64 and its pieces: a quarter each on four units, and each its filling.
TEST_CASE("units share a product of few tiles by splitting its inner dimension", "[kernel]") {
  const double whole = 2 * 64 * 64 * 4096 / unit_rate;
  CHECK(time({64, 64, 4096}, round_chip()) == Approx(whole / 4).epsilon(1e-14));
  Accelerator chip = round_chip();
  chip.kernel.tile = Seconds(whole);
  CHECK(time({64, 64, 4096}, chip) == Approx(whole / 4 + whole).epsilon(1e-14));
  chip.kernel.units = 2;  // of half of the chip each
  CHECK(time({64, 64, 4096}, chip) == Approx(whole / 2 / 2 + whole).epsilon(1e-14));
}

// The library takes the fastest of all: none of those that can be written down by hand is faster.
TEST_CASE("no tile and no split is faster than the one taken", "[kernel]") {
  constexpr std::array<std::array<double, 2>, 6> tiles{
      {{256, 128}, {128, 256}, {128, 128}, {128, 64}, {64, 128}, {64, 64}}};
  for (std::uint64_t number = 0; number < cases; ++number) {
    auto [product, chip] = random_case(number);
    chip.memory.front().bandwidth = BytesPerSecond(1e24);
    const auto units = static_cast<double>(chip.kernel.units);
    const double rate = chip.gemm_rate(Precision::bf16).value() / units;
    double best = 1e30;
    for (const auto& [rows, columns] : tiles) {
      const double count =
          std::ceil(product.m / rows) * std::ceil(product.n / columns) * product.groups;
      for (const double split : {1, 2, 4, 8}) {
        const double each =
            2 * rows * columns * product.k / split / rate + chip.kernel.tile.value();
        best = std::min(best, std::ceil(count * split / units) * each);
      }
    }
    REQUIRE(time(product, chip) == Approx(best + chip.kernel.launch.value()).epsilon(1e-12));
  }
}

// time = (k + k0) x what a column of k takes, where k0 takes as long as filling the tile.
TEST_CASE("short inner dimensions are slow: half the rate where filling takes as long",
          "[kernel]") {
  const Accelerator chip = slow_to_fill();
  for (const double k : {128.0, 1024.0, 8192.0}) {
    CHECK(time({1024, 128, k}, chip) == Approx(tile(k) + tile(1024)).epsilon(1e-14));
  }
}

TEST_CASE("groups are products of their own, in the same waves", "[kernel]") {
  const Accelerator chip = slow_to_fill();
  CHECK(time({256, 128, 1024, 4}, chip) == Approx(2 * tile(1024)).epsilon(1e-14));
  CHECK(time({256, 128, 1024, 5}, chip) == Approx(4 * tile(1024)).epsilon(1e-14));
  CHECK(time({256, 128, 1024, 4}, chip) == Approx(time({4 * 256, 128, 1024}, chip)).epsilon(1e-14));
}

// Neither tiles nor memory wait for the weights that other tiles brought to the caches.
TEST_CASE("weights that nothing hides are read before products can start", "[kernel]") {
  Accelerator chip = round_chip();
  chip.memory.front().bandwidth = BytesPerSecond(1e12);
  const double product = 2 * 1024.0 * 512 * 2048 / 4e12;
  const double weights = 2 * 512 * 2048 / 1e12;
  CHECK(time({1024, 512, 2048, 4}, chip) == Approx(4 * product).epsilon(1e-12));
  for (const double shown : {0.25, 0.8, 1.0}) {
    CHECK(time({1024, 512, 2048, 4, shown}, chip) ==
          Approx(4 * (product + shown * weights)).epsilon(1e-12));
  }
}

TEST_CASE("weights that show add nothing where memory bounds the product", "[kernel]") {
  Accelerator chip = round_chip();
  chip.memory.front().bandwidth = BytesPerSecond(1e6);
  CHECK(time({8, 512, 256, 4, 0.8}, chip) == time({8, 512, 256, 4}, chip));
}

TEST_CASE("a thin product takes its bytes over the reachable bandwidth", "[kernel]") {
  Accelerator chip = round_chip();
  chip.memory.front().bandwidth = BytesPerSecond(1e6);
  chip.kernel.memory_efficiency = 0.5;
  chip.kernel.launch = Seconds(3);
  const auto bytes = [&](Precision precision, double output, double groups) {
    const Product product{8, 512, 256, groups};
    return (duration(product, precision, output, 1, chip).value() - 3) * 0.5e6;
  };
  const double in = 8 * 256 + 256 * 512;
  const double out = 8 * 512;
  CHECK(bytes(Precision::bf16, 2, 1) == Approx(2 * in + 2 * out).epsilon(1e-12));
  CHECK(bytes(Precision::bf16, 8, 1) == Approx(2 * in + 8 * out).epsilon(1e-12));
  CHECK(bytes(Precision::bf16, 2, 3) == Approx(3 * (2 * in + 2 * out)).epsilon(1e-12));
  CHECK(bytes(Precision::fp32, 4, 1) == Approx(4 * in + 4 * out).epsilon(1e-12));
  CHECK(bytes(Precision::fp8, 2, 1) == Approx(in + 2 * out).epsilon(1e-12));
  // Half a byte each, and a byte of scale for 16 of them.
  CHECK(bytes(Precision::fp4, 2, 1) == Approx((0.5 + 1.0 / 16) * in + 2 * out).epsilon(1e-12));
}

TEST_CASE("each data type has a rate and an efficiency of its own", "[kernel]") {
  Accelerator chip = round_chip();
  chip.kernel.gemm_efficiency = {0.8, 0.6, 0.4, 1};
  const double work = 2 * 1024.0 * 1024 * 1024;
  const std::array<double, 4> rates{4e12 * 0.8, 8e12 * 0.6, 16e12 * 0.4, 0.25e12};
  for (std::size_t i = 0; i < rates.size(); ++i) {
    CHECK(time({1024, 1024, 1024}, chip, static_cast<Precision>(i)) ==
          Approx(work / rates[i]).epsilon(1e-14));
  }
}

TEST_CASE("a library's quality is a share of the rate, not of what tiles take to fill",
          "[kernel]") {
  const double whole = duration({1024, 128, 1024}, Precision::bf16, 2, 1, slow_to_fill()).value();
  const double half = duration({1024, 128, 1024}, Precision::bf16, 2, 0.5, slow_to_fill()).value();
  CHECK(half - whole == Approx(tile(1024)).epsilon(1e-12));
}

TEST_CASE("no product is faster than its work, its bytes, or its launch", "[kernel]") {
  for (std::uint64_t number = 0; number < cases; ++number) {
    const auto [product, chip] = random_case(number);
    const double least =
        std::max(product.work() / chip.gemm_rate(Precision::bf16),
                 Bytes(2 * product.m * product.k * product.groups) / chip.memory.front().bandwidth)
            .value();
    REQUIRE(time(product, chip) >= (least + chip.kernel.launch.value()) * (1 - 1e-12));
  }
}

TEST_CASE("no larger product is faster", "[kernel]") {
  for (std::uint64_t number = 0; number < cases; ++number) {
    for (const auto member : {&Product::m, &Product::n, &Product::k, &Product::groups}) {
      for (const double more : {1.0, 70.0}) {
        REQUIRE(ratio(number, [&](Case& now) { now.product.*member += more; }) >= 1 - 1e-12);
      }
    }
  }
}

TEST_CASE("units of the same rate only help", "[kernel]") {
  for (std::uint64_t number = 0; number < cases; ++number) {
    for (const std::int64_t more : {1, 30}) {
      REQUIRE(ratio(number, [&](Case& now) {
                const auto before = static_cast<double>(now.chip.kernel.units);
                now.chip.kernel.units += more;
                now.chip.peak[0] =
                    now.chip.peak[0] * (static_cast<double>(now.chip.kernel.units) / before);
              }) <= 1 + 1e-12);
    }
  }
}

TEST_CASE("half the efficiency takes at most twice as long", "[kernel]") {
  for (std::uint64_t number = 0; number < cases; ++number) {
    const double slower = ratio(number, [](Case& now) { now.chip.kernel.gemm_efficiency[0] /= 2; });
    REQUIRE(slower >= 1);
    REQUIRE(slower <= 2);
  }
}

}  // namespace trainyard::kernel
