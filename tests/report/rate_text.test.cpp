#include "report/rate_text.hpp"

#include <catch2/catch.hpp>

using namespace trainyard;
using namespace trainyard::report;

TEST_CASE("rates are a table, with the reason where a job cannot run", "[report]") {
  measure::RateRow row{.job = "grok", .accelerator = "h100", .site = "memphis", .chips = 1024};
  row.answer = {.duration = Seconds(2), .samples = 512, .tokens = 512 * 8192};
  row.band = {.family = "h100/x", .of = {.low = 0.8, .high = 1.25}};
  measure::RateRow other{.job = "grok", .accelerator = "a100", .site = "austin", .chips = 8};
  other.objection = "no fp8";
  CHECK(rate_text({row, other}) == R"(Rates of one accelerator, a second.

job   accelerator  site     chips  samples/s  tokens/s            band
grok  h100         memphis  1,024       0.25      2048  -20 % to +25 %
grok  a100         austin       8          -         -               -  no fp8
)");
  row.variant = "a";
  other.variant = "b";
  const std::string two = rate_text({row, other});
  CHECK(two.find("== a\n\njob") != std::string::npos);
  CHECK(two.find("\n== b\n\njob") != std::string::npos);
  CHECK(rate_text({}) == "No job of the scenario trains a model.\n");
}
