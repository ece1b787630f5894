#include "measure/job_tables.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "measure/fleet_tables.hpp"
#include "support/histories.hpp"
#include "support/tables.hpp"

namespace trainyard::measure {
namespace {

using support::counts;
using support::reals;
using support::texts;
using worlds::broken_once;
using worlds::day;
using worlds::days;
using worlds::hours;
using worlds::Played;
using Texts = std::vector<std::string>;

Dataset tables(const Played& played, const Judge& judge) {
  return fleet_tables(std::vector{played.world}, std::vector{played.history}, judge);
}

Dataset tables(const Played& played) {
  return tables(played, [](const fleet::Job&, const fleet::Option&, StepRow&) {});
}

double of_job(const Dataset& dataset, const std::string& name) {
  return reals(dataset, name).front();
}

}  // namespace

TEST_CASE("a job tells how long it waited, trained, and how often it was stopped", "[measure]") {
  const Dataset dataset = tables(broken_once());
  CHECK(of_job(dataset, "job_submitted") == day(3.5).value());
  CHECK(of_job(dataset, "job_queued") == days(1.5).value());
  CHECK(of_job(dataset, "job_productive") == days(2).value());
  CHECK(of_job(dataset, "job_interruptions") == 1);
  CHECK(of_job(dataset, "job_preemptions") == 0);
  CHECK(of_job(dataset, "job_checkpoints") == 12);
  CHECK(of_job(dataset, "job_mean_time_to_interrupt") == days(3).value());
}

TEST_CASE("the effective training time ratio is kept time over time since the first start",
          "[measure]") {
  Played played = broken_once();
  CHECK(of_job(tables(played), "job_ettr") == Approx(2 / 4.));
  played.history.jobs[0].finished.reset();  // to the end of the horizon
  CHECK(of_job(tables(played), "job_ettr") == Approx(2 / 8.));
}

TEST_CASE("goodput is the product of scheduling, runtime and program goodput", "[measure]") {
  const Dataset dataset = tables(broken_once());
  const double held = 12 * 2 + 8 * 1;  // chip-days, spares included
  const double kept = 7 * 2;
  const double ideal = 7 * 0.4 * (1 + 1 * 0.9);  // at the peak of the usual clock
  CHECK(of_job(dataset, "job_scheduling_goodput") == Approx(3 / 4.5));
  CHECK(of_job(dataset, "job_runtime_goodput") == Approx(kept / held));
  CHECK(of_job(dataset, "job_program_goodput") == Approx(ideal / kept));
  CHECK(of_job(dataset, "job_goodput") == Approx(3 / 4.5 * ideal / held));
}

TEST_CASE("a job of known duration has no program goodput and no goodput", "[measure]") {
  Played played = broken_once();
  for (fleet::Allocation& one : played.history.allocations) one.answer = fleet::none;
  const Dataset dataset = tables(played);
  CHECK(of_job(dataset, "job_runtime_goodput") == Approx(14. / 32));
  CHECK(std::isnan(of_job(dataset, "job_program_goodput")));
  CHECK(std::isnan(of_job(dataset, "job_goodput")));
  CHECK(counts(dataset, "allocation_step") == std::vector<std::int64_t>{-1, -1});
  CHECK(std::isnan(reals(dataset, "allocation_step_duration")[0]));
  CHECK(reals(dataset, "allocation_model_flop_rate")[0] == 0);
}

TEST_CASE("a job that is never interrupted has no mean time to it", "[measure]") {
  Played played = broken_once();
  played.history.jobs[0].interruptions = 0;
  CHECK(std::isnan(of_job(tables(played), "job_mean_time_to_interrupt")));
}

TEST_CASE("a job that never starts has a wait and nothing else", "[measure]") {
  Played played = broken_once();
  played.history.allocations.clear();
  played.history.jobs = {{.submitted = day(3.5), .queued = days(8.5)}};
  const Dataset dataset = tables(played);
  CHECK(of_job(dataset, "job_queued") == days(8.5).value());
  CHECK(of_job(dataset, "job_scheduling_goodput") == 0);
  for (const char* name : {"job_started", "job_ettr", "job_runtime_goodput", "job_goodput"}) {
    CHECK(std::isnan(of_job(dataset, name)));
  }
  CHECK(texts(dataset, "job_site") == Texts{"austin"});
}

TEST_CASE("a job whose turn never comes was not submitted", "[measure]") {
  Played played = broken_once();
  played.history.allocations.clear();
  played.history.jobs = {{}};
  CHECK(std::isnan(of_job(tables(played), "job_submitted")));
}

TEST_CASE("a job's throughput carries the band of its steps", "[measure]") {
  const Played played = broken_once();
  // The first step may take from half to double the time, the second from 0.8 to 1.25 of it.
  const Dataset dataset = tables(played, [](const fleet::Job&, const fleet::Option&, StepRow& row) {
    const bool second = row.clock < 1;
    row.band = {.family = "h100_sxm",
                .of = {.low = second ? 0.8 : 0.5, .middle = 1, .high = second ? 1.25 : 2}};
  });
  CHECK(of_job(dataset, "job_rate_low") == Approx((0.5 + 0.8) / 2));
  CHECK(of_job(dataset, "job_rate_high") == Approx((2 + 1.25) / 2));
  CHECK(std::isnan(of_job(tables(played), "job_rate_low")));
}

TEST_CASE("an allocation tells its clock, its times, and why it ended", "[measure]") {
  const Dataset dataset = tables(broken_once());
  CHECK(texts(dataset, "allocation_site") == Texts{"austin", "austin"});
  CHECK(texts(dataset, "allocation_ending") == Texts{"failure", "finished"});
  CHECK(texts(dataset, "allocation_cause") == Texts{"hbm", ""});
  CHECK(counts(dataset, "allocation_spares") == std::vector<std::int64_t>{4, 0});
  CHECK(reals(dataset, "allocation_clock") == std::vector<double>{1, 0.9});
  CHECK(counts(dataset, "allocation_step") == std::vector<std::int64_t>{0, 1});
  CHECK(reals(dataset, "allocation_productive")[0] == hours(30).value());
  CHECK(reals(dataset, "allocation_lost")[0] == hours(6).value());
  CHECK(reals(dataset, "allocation_pauses")[0] == hours(4).value());
  CHECK(reals(dataset, "allocation_unnoticed")[0] == hours(2).value());
  CHECK(reals(dataset, "allocation_checkpoints")[0] == 12);
}

TEST_CASE("of variants, an allocation names its own variant's step", "[measure]") {
  Played first = broken_once();
  first.world.variant = "first";
  Played second = broken_once();
  second.world.variant = "second";
  const Dataset dataset = fleet_tables(std::vector{first.world, second.world},
                                       std::vector{first.history, second.history});
  CHECK(counts(dataset, "allocation_step") == std::vector<std::int64_t>{0, 1, 2, 3});
  CHECK(texts(dataset, "step_variant") == Texts{"first", "first", "second", "second"});
}

}  // namespace trainyard::measure
