#include "step/loss.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace trainyard::step {
namespace {

Approx near(double value, double tolerance = 1e-5) {
  return Approx(value).epsilon(tolerance).margin(0);
}

}  // namespace

// Worked out by hand from the coefficients of arXiv 2503.09799.
TEST_CASE("losses and batches are those of DiLoCo's scaling laws", "[step]") {
  CHECK(loss(1, 2.4e9) == near(2.31441));
  CHECK(loss(2, 2.4e9) == near(2.31460));
  CHECK(loss(4, 2.4e9) == near(2.31907));
  CHECK(loss(8, 2.4e9) == near(2.33543));
  CHECK(loss(8, 35e6) == near(3.59159));
  CHECK(optimal_batch(1, 2.4e9) == near(200041));
  CHECK(optimal_batch(2, 2.4e9) == near(490201));
  CHECK(optimal_batch(4, 2.4e9) == near(666192));
  CHECK(optimal_batch(8, 2.4e9) == near(705670));
}

TEST_CASE("laws between and above the published numbers of branches follow their line", "[step]") {
  CHECK(loss(3, 2.4e9) == near(2.31721));
  CHECK(loss(16, 2.4e9) == near(2.35191));
  CHECK(optimal_batch(16, 2.4e9) == near(747488));
  for (const double parameters : {1e8, 2.4e9, 1e11}) {
    INFO(parameters << " parameters");
    // Equal ratios of branches, equal ratios of loss: 4, 8, 16, 32.
    const double ratio = loss(8, parameters) / loss(4, parameters);
    CHECK(loss(16, parameters) / loss(8, parameters) == near(ratio, 1e-12));
    CHECK(loss(32, parameters) / loss(16, parameters) == near(ratio, 1e-12));
    CHECK(loss(6, parameters) * loss(6, parameters) ==
          near(loss(4, parameters) * loss(9, parameters), 0.001));
  }
}

TEST_CASE("laws have no jumps in parameters or branches", "[step]") {
  for (std::int64_t branches = 1; branches <= 40; ++branches) {
    double before = worth(branches, 1e7);
    for (double parameters = 1e7; parameters < 1e12; parameters *= 1.01) {
      const double now = worth(branches, parameters);
      CHECK(std::abs(now / before - 1) < 0.01);
      before = now;
    }
    // At 1e9 the loss rises with branches throughout; from 1 to 2 by 0.2 %.
    if (branches == 1) continue;
    const double ratio = loss(branches, 1e9) / loss(branches - 1, 1e9);
    CHECK(ratio > 1);
    CHECK(ratio < 1.004);
  }
}

TEST_CASE("local training with the loss of data-parallel training takes compute by its worth",
          "[step]") {
  for (const double parameters : {35e6, 2.4e9, 1e11}) {
    CHECK(worth(1, parameters) == 1);
    for (const std::int64_t branches : {2, 3, 4, 8, 16}) {
      INFO(branches << " branches, " << parameters << " parameters");
      const double equal = parameters * std::sqrt(worth(branches, parameters));
      CHECK(loss(1, equal) == near(loss(branches, parameters), 1e-12));
    }
  }
  CHECK(worth(2, 35e6) == near(0.86615));
  CHECK(worth(4, 35e6) == near(0.67822));
  CHECK(worth(8, 35e6) == near(0.46463));
  CHECK(worth(8, 2.4e9) == near(0.82713));
  CHECK(worth(8, 1e9) < worth(4, 1e9));
  CHECK(worth(4, 1e9) < worth(2, 1e9));
}

// What the published fits say where no run stands behind them.
TEST_CASE("laws cross where local training becomes worth more than data-parallel", "[step]") {
  struct Crossing {
    std::int64_t branches;
    double parameters;
    double at_1e12;
  };
  for (const Crossing& crossing : std::vector<Crossing>{
           {2, 2.52692e9, 1.22241}, {4, 4.02134e9, 1.57063}, {8, 9.64814e9, 1.88341}}) {
    INFO(crossing.branches << " branches");
    CHECK(worth(crossing.branches, crossing.parameters) == near(1));
    CHECK(worth(crossing.branches, crossing.parameters * 0.99) < 1);
    CHECK(worth(crossing.branches, crossing.parameters * 1.01) > 1);
    CHECK(worth(crossing.branches, 1e12) == near(crossing.at_1e12));
  }
}

}  // namespace trainyard::step
