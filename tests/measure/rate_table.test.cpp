#include "measure/rate_table.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/tables.hpp"

using namespace trainyard;
using namespace trainyard::measure;
using support::reals;
using Reals = std::vector<double>;

namespace {

RateRow row(const std::string& job, const std::string& chip, const std::string& site,
            double samples) {
  RateRow row{.job = job, .accelerator = chip, .site = site, .chips = 16};
  row.answer = {.duration = Seconds(0.5), .samples = samples, .tokens = 100 * samples};
  row.band = {.family = "all", .of = {.rows = 3, .low = 0.5, .high = 2}};
  return row;
}

}  // namespace

TEST_CASE("the rate of an accelerator is that of the step over all chips given", "[measure]") {
  const RateRow one = row("a", "h100", "austin", 8);
  CHECK(one.samples() == 1);
  CHECK(one.tokens() == 100);
  CHECK(one.low() == 0.5);
  CHECK(one.high() == 2);
}

TEST_CASE("the matrix has no value where a job may not run", "[measure]") {
  RateRow refused = row("b", "h100", "austin", 8);
  refused.objection = "too small";
  const Dataset dataset =
      rate_tables({row("a", "h100", "austin", 8), row("a", "dojo", "buffalo", 4), refused});
  CHECK(support::variable(dataset, "samples_per_accelerator").dimensions ==
        std::vector<std::string>{"job", "accelerator", "site"});
  const Reals rates = reals(dataset, "samples_per_accelerator");
  REQUIRE(rates.size() == 8);
  CHECK(rates[0] == 1);
  CHECK(std::isnan(rates[1]));
  CHECK(std::isnan(rates[2]));
  CHECK(rates[3] == 0.5);
  for (std::size_t i = 4; i < 8; ++i) CHECK(std::isnan(rates[i]));
  CHECK(reals(dataset, "rate_low")[3] == 0.5);
  CHECK(reals(dataset, "rate_chips")[3] == 16);
}

TEST_CASE("of two kinds of node with one accelerator the faster counts", "[measure]") {
  const Dataset dataset = rate_tables({row("a", "h100", "austin", 8), row("a", "h100", "austin", 9),
                                       row("a", "h100", "austin", 7)});
  CHECK(reals(dataset, "samples_per_accelerator") == Reals{9.0 / 8});
}

TEST_CASE("variants have a matrix each, and what counts samples has no tokens", "[measure]") {
  RateRow one = row("a", "h100", "austin", 8);
  one.variant = "x";
  one.answer.tokens = 0;
  RateRow other = row("a", "h100", "austin", 16);
  other.variant = "y";
  const Dataset dataset = rate_tables({one, other});
  CHECK(reals(dataset, "samples_per_accelerator") == Reals{1, 2});
  CHECK(std::isnan(reals(dataset, "tokens_per_accelerator")[0]));
}

TEST_CASE("without jobs the matrix is empty", "[measure]") {
  CHECK(support::size(rate_tables({}), "job") == 0);
}
