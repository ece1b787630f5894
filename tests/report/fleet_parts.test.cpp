#include "report/fleet_parts.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "measure/fleet_tables.hpp"
#include "report/totals.hpp"
#include "support/histories.hpp"

namespace trainyard::report {
namespace {

using worlds::day;
using worlds::days;
using worlds::hours;
using worlds::Played;

Dataset tables(const Played& played) {
  return measure::fleet_tables(std::vector{played.world}, std::vector{played.history});
}

// 100 jobs, one a minute; the i-th waits for i hours and runs for one, the last never starts.
Played traced() {
  Played played{worlds::world(12), {}};
  played.world.workloads = {{.name = "philly"}, {.name = "empty"}};
  for (int i = 0; i < 100; ++i) {
    played.world.jobs.push_back(worlds::timed_job("job", 8, hours(1)));
    played.world.jobs.back().workload = 0;
    const Instant submitted = day(0) + Seconds(60.0 * i);
    const Instant started = submitted + hours(i);
    played.history.jobs.push_back({.submitted = submitted,
                                   .started = started,
                                   .finished = started + hours(1),
                                   .queued = hours(i)});
  }
  played.history.jobs.back() = {.submitted = day(2), .queued = days(10)};
  return played;
}

}  // namespace

TEST_CASE("the waterfall is the share of chip-hours by use and site", "[report]") {
  CHECK(waterfall(View(tables(worlds::broken_once())), 0) == R"(chip-hours     austin
all             3,456
storage        11.1 %
installing     11.1 %
failed          5.6 %
idle           33.3 %
queue          16.7 %
spare           5.6 %
left_over       2.1 %
starting        2.4 %
checkpoint      0.8 %
unnoticed       0.4 %
lost            1.2 %
compute         5.8 %
bubble          1.0 %
communication   1.0 %
other           1.9 %
)");
}

TEST_CASE("a fleet without chips has no waterfall", "[report]") {
  CHECK(waterfall(View(tables({worlds::world(), {}})), 0).empty());
}

TEST_CASE("where things break, jobs tell how often and what it cost", "[report]") {
  Played played = worlds::broken_once();
  CHECK(reliability(View(tables(played)), 0) ==
        R"(job  interruptions   MTTI  checkpoints  ETTR  goodput
fsd              1  3.0 d           12  50 %     11 %
)");
  played.world.failures.causes.clear();
  played.history.breakdowns.clear();
  for (fleet::Allocation& one : played.history.allocations) one.cause = fleet::none;
  CHECK(reliability(View(tables(played)), 0).empty());
}

TEST_CASE("workloads tell their waits, completion times and makespan", "[report]") {
  CHECK(workloads(View(tables(traced())), 0) ==
        R"(workload  jobs  finished  mean wait  median    p99  mean JCT  makespan
philly     100        99      2.0 d   2.0 d  4.1 d     2.1 d     4.2 d
)");
  CHECK(workloads(View(tables(worlds::broken_once())), 0).empty());
}

TEST_CASE("totals of a workload are those of its jobs that were submitted", "[report]") {
  Played played = traced();
  played.history.jobs[0].submitted = Instant(0);  // never
  const Dataset dataset = tables(played);
  const WorkloadTotals totals = workload_totals(View(dataset), 0, "philly");
  CHECK(totals.jobs == 99);
  CHECK(totals.finished == 98);
  CHECK(totals.mean_wait == Approx(hours(49.5).value()));
  CHECK(totals.median_wait == hours(49).value());
  CHECK(totals.p99_wait == hours(98).value());
  CHECK(totals.mean_completion == Approx(hours(50.5).value()));
  CHECK(totals.makespan == Approx(60 * 97 + hours(99).value()));
  const WorkloadTotals none = workload_totals(View(dataset), 0, "empty");
  CHECK(none.jobs == 0);
  CHECK(std::isnan(none.p99_wait));
  CHECK(std::isnan(none.makespan));
}

TEST_CASE("of variants, a workload's totals are the variant's", "[report]") {
  Played all = traced();
  all.world.variant = "all";
  Played few = traced();
  few.world.variant = "few";
  few.world.jobs.resize(10);
  few.history.jobs.resize(10);
  const Dataset dataset = measure::fleet_tables(std::vector{all.world, few.world},
                                                std::vector{all.history, few.history});
  CHECK(workload_totals(View(dataset), 0, "philly").jobs == 100);
  CHECK(workload_totals(View(dataset), 1, "philly").jobs == 10);
}

}  // namespace trainyard::report
