#include "report/ledger.hpp"

#include <catch2/catch.hpp>

#include "report/fleets.hpp"

using namespace trainyard;
using namespace trainyard::report;

namespace {

// A month: 100 servers of Tesla's and 50 of xAI's, on all of which a job of xAI's trains; what it
// drives is sold by Tesla.
fleet::World lending() {
  fleet::World world = worlds::world(365.25 / 12);
  world.nodes[0].price = Usd(240e3);
  world.deliveries = {worlds::delivery(0, 100), worlds::delivery(0, 50)};
  world.deliveries[1].owner = 1;
  world.jobs = {worlds::job("grok")};
  world.jobs[0].owner = 1;
  world.money.streams = {{.name = "fsd",
                          .from = worlds::day(0),
                          .subscribers = 4e5,
                          .price = Usd(99),
                          .dependence = {{1, 0.25}}}};
  world.money.sharing = {fleet::Sharing::Rule::equal, {0, 1}, {0}, "press report 2024-09, denied"};
  return world;
}

}  // namespace

TEST_CASE("the ledger shows who lent chips, what they cost and what was taken in", "[report]") {
  CHECK(ledger(result({lending()}), "") == R"(== money and chips by owner

owner  chip-months  busy  lent  borrowed  cost MUSD  idle capital  revenue  trains
tesla          800   800   800         0        0.6           0.0     39.6
xai            400   400     0       800        0.3           0.0      0.0  small_language

shared revenue under a HYPOTHESIS (press report 2024-09, denied), * as the scenario asks

MUSD   equal*  contribution  dependence
tesla    19.8          26.4        29.7
xai      19.8          13.2         9.9
)");
}

TEST_CASE("variants show what a transfer changed for each owner", "[report]") {
  fleet::World keep = lending();
  keep.money.sharing.reset();
  keep.variant = "keep";
  fleet::World divert = keep;
  divert.variant = "divert";
  divert.deliveries[0].owner = 1;
  const std::string text = ledger(result({keep, divert}), "keep");
  CHECK(text.substr(text.find("== changes")) == R"(== changes by owner, against keep

variant  owner  chip-months  busy  ZFLOP  cost MUSD  idle capital  revenue
divert   tesla         -800  -800      =       -0.6             =        =
         xai           +800  +800      =       +0.6             =        =
)");
  CHECK(text.find("HYPOTHESIS") == std::string::npos);
}

TEST_CASE("a result without money has no ledger", "[report]") {
  Dataset dataset = result({lending()});
  std::erase_if(dataset.variables, [](const Variable& one) { return one.name == "cost"; });
  CHECK(ledger(dataset, "").empty());
}
