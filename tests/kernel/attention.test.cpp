#include "kernel/attention.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/random.hpp"
#include "kernel/chip.hpp"

namespace trainyard::kernel {
namespace {

using hardware::Accelerator;
using hardware::Precision;

// Every query sees every key; `causal` halves the work.
Attention attention(double heads, double queries, double size = 128, double causal = 1) {
  return {.heads = heads,
          .queries = queries,
          .head_size = size,
          .work = Flops(4 * heads * queries * queries * size * causal),
          .traffic = Bytes(2 * 4 * heads * queries * size)};
}

double time(const Attention& shape, const Accelerator& chip,
            Direction direction = Direction::forward) {
  return duration(shape, direction, Precision::bf16, 1, chip).value();
}

// 128 queries of a head of 128 columns that see so many keys, on one unit.
double block(double keys) {
  return 4 * 128 * keys * 128 / unit_rate;
}

}  // namespace

TEST_CASE("attention that fills all units takes its work over the rate", "[kernel]") {
  Accelerator chip = round_chip();
  chip.kernel.launch = Seconds(2e-6);
  chip.kernel.attention_efficiency = 0.5;
  chip.kernel.sustained = 0.8;
  const Attention shape = attention(32, 1024);
  CHECK(time(shape, chip) == Approx(shape.work.value() / (4e12 * 0.5 * 0.8) + 2e-6).epsilon(1e-14));
}

TEST_CASE("blocks of 128 queries of a head are dealt out in waves", "[kernel]") {
  Accelerator chip = round_chip();
  chip.kernel.attention_block = Seconds(5e-6);
  // 2 heads of 4 blocks: two waves on four units; 3 heads of 3 blocks: three, the last of one.
  CHECK(time(attention(2, 512), chip) == Approx(2 * (block(512) + 5e-6)).epsilon(1e-14));
  CHECK(time(attention(3, 384), chip) == Approx(3 * (block(384) + 5e-6)).epsilon(1e-14));
}

TEST_CASE("a block that is partly empty takes as long as a whole one", "[kernel]") {
  CHECK(time(attention(4, 130), round_chip()) == Approx(2 * block(130)).epsilon(1e-14));
  CHECK(time(attention(4, 256), round_chip()) == Approx(2 * block(256)).epsilon(1e-14));
}

TEST_CASE("a causal mask leaves half of the work, and every block its own time", "[kernel]") {
  Accelerator chip = round_chip();
  const double all = time(attention(8, 1024), chip);
  CHECK(time(attention(8, 1024, 128, 0.5), chip) == Approx(all / 2).epsilon(1e-14));
  chip.kernel.attention_block = Seconds(5e-6);
  const double waves = 8 * 8 / 4;
  CHECK(time(attention(8, 1024, 128, 0.5), chip) == Approx(all / 2 + waves * 5e-6).epsilon(1e-14));
}

// Dao, arXiv 2307.08691, section 4.1: backward counts 2.5 times the forward's work.
TEST_CASE("backward makes the scores again: five products against two", "[kernel]") {
  Accelerator chip = round_chip();
  const Attention shape = attention(8, 512);
  const double forward = time(shape, chip);
  CHECK(time(shape, chip, Direction::backward) == Approx(2.5 * forward).epsilon(1e-14));
  chip.kernel.attention_backward = 0.8;
  CHECK(time(shape, chip, Direction::backward) == Approx(2.5 / 0.8 * forward).epsilon(1e-14));
  CHECK(time(shape, chip) == forward);
  chip.kernel.attention_block = Seconds(5e-6);
  CHECK(time(shape, chip, Direction::backward) ==
        Approx(2.5 / 0.8 * forward + 8 * 2 * 5e-6).epsilon(1e-14));
}

// An exponential weighs as much as 32 columns; rates are stated for heads of 128. FlashAttention-2
// reaches about 0.85 of the rate with 64 columns (arXiv 2307.08691, figure 5).
TEST_CASE("narrow heads spend more of their time on exponentials", "[kernel]") {
  const auto rate = [](double size) {
    const Attention shape = attention(8 * 128 / size, 1024, size);
    return shape.work.value() / time(shape, round_chip());
  };
  CHECK(rate(64) / rate(128) == Approx((1 + 32.0 / 128) / (1 + 32.0 / 64)).epsilon(1e-14));
  CHECK(rate(64) / rate(128) == Approx(0.85).epsilon(0.03));
  CHECK(rate(256) / rate(128) == Approx((1 + 32.0 / 128) / (1 + 32.0 / 256)).epsilon(1e-14));
}

TEST_CASE("a library's quality is a share of the rate", "[kernel]") {
  const Attention shape = attention(8, 512);
  const auto with = [&](double quality) {
    return duration(shape, Direction::forward, Precision::bf16, quality, round_chip()).value();
  };
  CHECK(with(0.5) == Approx(2 * with(1)).epsilon(1e-14));
  CHECK(with(2) == Approx(with(1) / 2).epsilon(1e-14));
}

TEST_CASE("slow memory bounds attention by its bytes, twice of them backward", "[kernel]") {
  Accelerator chip = round_chip();
  chip.memory.front().bandwidth = BytesPerSecond(1e6);
  chip.kernel.memory_efficiency = 0.5;
  chip.kernel.launch = Seconds(3);
  const Attention shape = attention(8, 256);
  const double streaming = 2 * 4 * 8 * 256 * 128 / 0.5e6;
  CHECK(time(shape, chip) == Approx(streaming + 3).epsilon(1e-14));
  CHECK(time(shape, chip, Direction::backward) == Approx(2 * streaming + 3).epsilon(1e-14));
}

TEST_CASE("attention is never faster than its work, and no larger one is faster", "[kernel]") {
  for (std::uint64_t number = 0; number < 500; ++number) {
    std::uint64_t draws = 0;
    const auto draw = [&](double low, double high) {
      return low * std::pow(high / low, uniform(11, number, draws++));
    };
    Accelerator chip = round_chip();
    chip.kernel.units = static_cast<std::int64_t>(draw(1, 150));
    chip.kernel.attention_block = Seconds(draw(1e-9, 1e-5));
    chip.kernel.attention_efficiency = draw(0.2, 1);
    const double heads = std::ceil(draw(1, 200));
    const double queries = std::ceil(draw(1, 20000));
    const double one = time(attention(heads, queries), chip);
    REQUIRE(one >= (attention(heads, queries).work / chip.attention_rate(Precision::bf16)).value() *
                       (1 - 1e-12));
    REQUIRE(time(attention(heads + 1, queries), chip) >= one * (1 - 1e-12));
    REQUIRE(time(attention(heads, queries + 1), chip) >= one * (1 - 1e-12));
    REQUIRE(time(attention(heads, queries), chip, Direction::backward) >= one);
  }
}

}  // namespace trainyard::kernel
