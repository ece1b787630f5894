#include "measure/long_tables.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "measure/fleet_tables.hpp"
#include "support/histories.hpp"
#include "support/tables.hpp"

namespace trainyard::measure {
namespace {

using support::counts;
using support::has;
using support::reals;
using support::size;
using support::texts;
using worlds::broken_once;
using worlds::day;
using worlds::days;
using worlds::hours;
using worlds::Played;
using Texts = std::vector<std::string>;

// The job, and one that does not start, come from a trace; a named one runs beside them.
Played traced() {
  Played played = broken_once();
  played.world.workloads = {{.name = "philly", .source = "jobs.csv abc", .left_out = 7}};
  played.world.jobs.push_back(worlds::timed_job("waits", 64, days(1)));
  for (fleet::Job& job : played.world.jobs) job.workload = 0;
  played.world.jobs.push_back(worlds::job("named"));
  played.history.jobs.push_back({.submitted = day(6), .queued = days(6)});
  played.history.jobs.push_back({.submitted = day(0)});
  return played;
}

Dataset tables(const Played& played) {
  return fleet_tables(std::vector{played.world}, std::vector{played.history});
}

}  // namespace

TEST_CASE("jobs of workloads are rows of their own table, not of the axis of jobs", "[measure]") {
  const Dataset dataset = tables(traced());
  CHECK(texts(dataset, "job") == Texts{"named"});
  CHECK(size(dataset, "allocation") == 0);
  CHECK(size(dataset, "workload_job") == 2);
  CHECK(texts(dataset, "workload_job_name") == Texts{"fsd", "waits"});
  CHECK(texts(dataset, "workload_job_workload") == Texts{"philly", "philly"});
  CHECK(texts(dataset, "workload_job_owner") == Texts{"tesla", "tesla"});
  CHECK(texts(dataset, "workload_job_site") == Texts{"austin", ""});
  CHECK(texts(dataset, "workload_job_accelerator") == Texts{"h100_sxm", ""});
  CHECK(counts(dataset, "workload_job_chips") == std::vector<std::int64_t>{8, 64});
  CHECK(reals(dataset, "workload_job_submitted") ==
        std::vector<double>{day(3.5).value(), day(6).value()});
  CHECK(reals(dataset, "workload_job_started")[0] == day(4).value());
  CHECK(std::isnan(reals(dataset, "workload_job_started")[1]));
  CHECK(reals(dataset, "workload_job_finished")[0] == day(8).value());
  CHECK(reals(dataset, "workload_job_queued")[1] == days(6).value());
  CHECK(counts(dataset, "workload_job_interruptions") == std::vector<std::int64_t>{1, 0});
  CHECK_FALSE(has(dataset, "workload_job_variant"));
}

TEST_CASE("a workload tells where it came from and what was left out", "[measure]") {
  const Dataset dataset = tables(traced());
  CHECK(texts(dataset, "workload") == Texts{"philly"});
  CHECK(texts(dataset, "workload_source") == Texts{"jobs.csv abc"});
  CHECK(reals(dataset, "workload_left_out") == std::vector<double>{7});
}

TEST_CASE("jobs of workloads count in the throughput of sites and owners", "[measure]") {
  const Dataset dataset = tables(traced());
  double site = 0;
  for (const double rate : reals(dataset, "samples_per_second")) site += rate;
  CHECK(site * 86400 == Approx(7 * hours(54).value()));
  for (const double rate : reals(dataset, "job_samples_per_second")) CHECK(rate == 0);
}

TEST_CASE("jobs of workloads of variants name their variant", "[measure]") {
  Played first = traced();
  first.world.variant = "first";
  Played second = traced();
  second.world.variant = "second";
  const Dataset dataset = fleet_tables(std::vector{first.world, second.world},
                                       std::vector{first.history, second.history});
  CHECK(texts(dataset, "workload_job_variant") == Texts{"first", "first", "second", "second"});
}

TEST_CASE("transfers are rows; one under way has no end", "[measure]") {
  Played played = broken_once();
  played.world.sites.push_back(worlds::site("memphis"));
  played.history.transfers = {{.kind = fleet::Transfer::Kind::carried,
                               .job = 0,
                               .from = 0,
                               .to = 1,
                               .size = Bytes(5e12),
                               .start = day(1),
                               .end = day(2),
                               .complete = true},
                              {.from = 1, .to = 0, .size = Bytes(1), .start = day(3)}};
  const Dataset dataset = tables(played);
  CHECK(texts(dataset, "transfer_kind") == Texts{"carried", "data"});
  CHECK(texts(dataset, "transfer_job") == Texts{"fsd", ""});
  CHECK(texts(dataset, "transfer_from") == Texts{"austin", "memphis"});
  CHECK(texts(dataset, "transfer_to") == Texts{"memphis", "austin"});
  CHECK(reals(dataset, "transfer_size") == std::vector<double>{5e12, 1});
  CHECK(reals(dataset, "transfer_end")[0] == day(2).value());
  CHECK(std::isnan(reals(dataset, "transfer_end")[1]));
}

}  // namespace trainyard::measure
