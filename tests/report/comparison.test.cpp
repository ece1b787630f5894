#include "report/comparison.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "measure/replicas.hpp"
#include "report/fleets.hpp"

using namespace trainyard;
using namespace trainyard::report;

namespace {

// A band of -20 % to +25 % on the time of every step, of the family named by each variant.
Dataset banded(const std::vector<fleet::World>& worlds, const std::vector<std::string>& families) {
  const std::vector<step::Task> tasks{worlds::task()};
  worlds::SteadyRates rates(tasks);
  std::vector<fleet::History> histories;
  for (const fleet::World& world : worlds) {
    histories.push_back(fleet::play(world, tasks, rates));
  }
  return measure::fleet_tables(
      worlds, histories, [&](const fleet::Job&, const fleet::Option&, measure::StepRow& row) {
        for (std::size_t v = 0; v < worlds.size(); ++v) {
          if (worlds[v].variant != row.variant || families[v].empty()) continue;
          row.band = {.family = families[v], .of = {.rows = 9, .low = 0.8, .high = 1.25}};
        }
      });
}

// Ten days of ten servers, and of eleven.
std::vector<fleet::World> ten_and(std::int64_t other) {
  fleet::World ten = worlds::world(10);
  ten.variant = "ten";
  ten.nodes[0].price = Usd(200e3);
  ten.deliveries = {worlds::delivery(0, 10)};
  ten.jobs = {worlds::job("grok")};
  fleet::World more = ten;
  more.variant = "more";
  more.deliveries[0].nodes = other;
  return {ten, more};
}

Comparison compared(const Dataset& dataset) {
  return compare({&dataset, 0, "ten"}, {&dataset, 1, "more"});
}

const Difference& find(const Comparison& comparison, const std::string& quantity) {
  for (const Difference& one : comparison.differences) {
    if (one.quantity == quantity) return one;
  }
  throw std::runtime_error("no difference of " + quantity);
}

}  // namespace

TEST_CASE("within a family the error of the model cancels", "[report]") {
  const Dataset dataset = banded(ten_and(11), {"h100/x", "h100/x"});
  const Comparison comparison = compared(dataset);
  const Difference& work = find(comparison, "fleet_work");
  CHECK(work.second / work.first == Approx(1.1).epsilon(1e-3));
  CHECK(work.low == Approx(work.second - work.first));
  CHECK(work.high == Approx(work.second - work.first));
  CHECK(work.verdict == Verdict::differs);
}

TEST_CASE("between families a difference inside both bands is undecided", "[report]") {
  const Dataset dataset = banded(ten_and(11), {"h100/x", "h200/x"});
  const Comparison comparison = compared(dataset);
  const Difference& work = find(comparison, "fleet_work");
  CHECK(work.low ==
        Approx(work.second - work.first - std::hypot(work.second * 0.2, work.first * 0.25)));
  CHECK(work.high ==
        Approx(work.second - work.first + std::hypot(work.second * 0.25, work.first * 0.2)));
  CHECK(work.verdict == Verdict::undecided);
  CHECK(find(comparison, "job_tokens/grok").verdict == Verdict::undecided);
  // What dates, power and prices decide is known.
  CHECK(find(comparison, "owner_cost/tesla").verdict == Verdict::differs);
}

TEST_CASE("between families a large difference is decided", "[report]") {
  const Dataset dataset = banded(ten_and(30), {"h100/x", "h200/x"});
  const Comparison comparison = compared(dataset);
  CHECK(find(comparison, "fleet_work").verdict == Verdict::differs);
}

TEST_CASE("where nothing was measured of either side, nothing is decided between chips",
          "[report]") {
  const Dataset dataset = banded(ten_and(30), {"h100/x", ""});
  const Comparison comparison = compared(dataset);
  const Difference& work = find(comparison, "fleet_work");
  CHECK_FALSE(work.measured);
  CHECK(work.verdict == Verdict::undecided);
  CHECK(comparison_text(comparison).find("not measured") != std::string::npos);
}

TEST_CASE("of the same chips nothing needs to have been measured", "[report]") {
  const Dataset dataset = banded(ten_and(11), {"", ""});
  CHECK(find(compared(dataset), "fleet_work").verdict == Verdict::differs);
}

TEST_CASE("an end that only one side reaches is told, and dates have a band of the run",
          "[report]") {
  std::vector<fleet::World> worlds = ten_and(12);
  for (fleet::World& world : worlds) world.jobs[0].target_samples = 80 * 9.5 * 86400;
  const Dataset dataset = banded(worlds, {"h100/x", "h200/x"});
  const Comparison both = compared(dataset);
  const Difference& end = find(both, "job_finished/grok");
  CHECK(end.unit == "date");
  CHECK(end.second - end.first == Approx(-9.5 * 86400 / 6).epsilon(1e-3));
  CHECK(end.verdict == Verdict::undecided);
  CHECK(end.high - (end.second - end.first) ==
        Approx(std::hypot(0.25 * 9.5 * 86400 / 1.2, 0.2 * 9.5 * 86400)).epsilon(1e-2));
  for (fleet::World& world : worlds) world.jobs[0].target_samples = 80 * 11 * 86400;
  const Dataset late = banded(worlds, {"h100/x", "h100/x"});
  CHECK(find(compared(late), "job_finished/grok").verdict == Verdict::only_one);
}

TEST_CASE("a difference within the spread over seeds is undecided", "[report]") {
  Dataset dataset = banded(ten_and(11), {"h100/x", "h100/x"});
  const std::vector<double> values = measure::values(measure::quantities(dataset));
  std::vector<double> apart = values;
  for (double& value : apart) value *= 1.3;
  measure::add_replicas(0, {{1, apart}}, dataset);
  const Comparison comparison = compared(dataset);
  const Difference& work = find(comparison, "fleet_work");
  CHECK(work.second / work.first == Approx(1.1).epsilon(1e-3));
  CHECK(work.low < 0);
  CHECK(work.verdict == Verdict::undecided);
}

TEST_CASE("what matters comes first, what is undecided last, what is equal is counted",
          "[report]") {
  const Dataset dataset = banded(ten_and(11), {"h100/x", "h200/x"});
  const Comparison comparison = compared(dataset);
  bool undecided = false;
  for (const Difference& one : comparison.differences) {
    if (one.verdict == Verdict::undecided) undecided = true;
    CHECK((one.verdict == Verdict::undecided) == undecided);
  }
  CHECK(comparison.equal > 0);
  const Comparison self = compare({&dataset, 0, "ten"}, {&dataset, 0, "ten"});
  CHECK(self.differences.empty());
  CHECK(comparison_text(self).starts_with("== ten, against ten\n\n"));
}

TEST_CASE("a comparison is a table", "[report]") {
  std::vector<fleet::World> worlds = ten_and(11);
  for (fleet::World& world : worlds) {
    world.owners = {"tesla"};
    world.jobs[0].chip_owners = {0};
    world.jobs[0].restart = Seconds(0);
  }
  const Dataset dataset = banded(worlds, {"h100/x", "h200/x"});
  Comparison comparison = compared(dataset);
  const auto keep = [](const Difference& one) {
    return one.quantity == "fleet_work" || one.quantity == "owner_cost/tesla";
  };
  std::erase_if(comparison.differences, [&](const Difference& one) { return !keep(one); });
  comparison.equal = 7;
  CHECK(comparison_text(comparison) == R"(== more, against ten

quantity                   ten           more  difference          joint band
cost of tesla     0.01643 MUSD   0.01807 MUSD     +10.0 %
model work kept  0.06912 ZFLOP  0.07603 ZFLOP     +10.0 %  -23.3 % to +44.0 %  undecided

7 quantities are equal.
)");
}
