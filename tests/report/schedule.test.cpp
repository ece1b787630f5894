#include "report/schedule.hpp"

#include <catch2/catch.hpp>
#include <span>

#include "support/histories.hpp"

namespace trainyard::report {
namespace {

const std::string header =
    "job,owner,workload,submit_s,start_s,end_s,gpus,site,accelerator,queued_s,interruptions\n";

std::string csv(const worlds::Played& played) {
  return schedule_csv(std::span(&played.world, 1), std::span(&played.history, 1));
}

}  // namespace

TEST_CASE("a schedule is a line for each job, in seconds since the horizon's start", "[report]") {
  const worlds::Played played = worlds::broken_once();
  CHECK(csv(played) == header + "fsd,tesla,,302400,345600,691200,8,austin,h100_sxm,129600,1\n");
}

TEST_CASE("cells are empty where nothing happened, and for a named job's workload", "[report]") {
  worlds::Played played = worlds::broken_once();
  played.history.allocations.clear();
  played.world.jobs = {worlds::timed_job("waits", 64, worlds::days(1)), worlds::job("never")};
  played.world.workloads = {{.name = "philly"}};
  played.world.jobs[0].workload = 0;
  played.history.jobs = {{.submitted = worlds::day(2), .queued = worlds::days(10)}, {}};
  CHECK(csv(played) ==
        header + "waits,tesla,philly,172800,,,64,,,864000,0\n" + "never,tesla,,,,,,,,0,0\n");
}

TEST_CASE("times that are no whole seconds are as short as they can be", "[report]") {
  worlds::Played played = worlds::broken_once();
  fleet::JobResult& result = played.history.jobs[0];
  result.submitted = worlds::day(0) + Seconds(0.1);
  result.started = worlds::day(0) + Seconds(2.5);
  result.finished = worlds::day(0) + Seconds(1e6 + 1 / 3.);
  result.queued = Seconds(2.4);
  CHECK(csv(played) == header + "fsd,tesla,,0.1,2.5,1000000.333333,8,austin,h100_sxm,2.4,1\n");
}

TEST_CASE("names with commas and quotes are quoted", "[report]") {
  worlds::Played played = worlds::broken_once();
  played.world.jobs[0].name = "a \"big\", slow one";
  CHECK_THAT(csv(played), Catch::Contains("\n\"a \"\"big\"\", slow one\",tesla,"));
}

TEST_CASE("a fleet without jobs has a header", "[report]") {
  CHECK(csv({worlds::world(), {}}) == header);
}

TEST_CASE("of variants, a line names its variant first", "[report]") {
  const worlds::Played played = worlds::broken_once();
  std::vector<fleet::World> worlds{played.world, played.world};
  worlds[0].variant = "keep";
  worlds[1].variant = "a, b";
  const std::string text =
      schedule_csv(worlds, std::vector<fleet::History>{played.history, played.history});
  CHECK_THAT(text, Catch::StartsWith("variant," + header + "keep,fsd,tesla,,302400,"));
  CHECK_THAT(text, Catch::Contains("\n\"a, b\",fsd,tesla,"));
}

}  // namespace trainyard::report
