#include "scenario/read_workloads.hpp"

#include <catch2/catch.hpp>

#include "scenario/two_sites.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

const std::string process =
    R"("process": {"every": "1 d", "gpus": {"8": 1}, "duration": "5 h", "count": 3})";

std::string with(const std::string& members) {
  return TwoSites{.more = R"("workloads": {"w": {)" + members + "}}"}.text();
}

}  // namespace

TEST_CASE("jobs of workloads follow the named ones", "[scenario]") {
  const auto world = world_of(with(R"("owner": "lab", "sites": ["west", "austin"], "priority": 3,
      "restart": "1 min", "checkpoint_every": "2 h", "checkpoint": {"size": "1 GB"}, )" +
                                   process));
  REQUIRE(world.jobs.size() == 4);
  CHECK(world.jobs[0].name == "j");
  CHECK(world.jobs[0].workload == fleet::none);
  const fleet::Job& job = world.jobs[1];
  CHECK(job.name == "w/0");
  CHECK(job.workload == 0);
  CHECK(job.priority == 3);
  CHECK(job.restart == Seconds(60));
  CHECK(job.checkpoint.every == Seconds(7200));
  CHECK(job.checkpoint.size == Bytes(1e9));
  REQUIRE(job.options.size() == 2);
  CHECK(job.options[0].site == 1);
}

TEST_CASE("a scenario may have workloads alone", "[scenario]") {
  const std::string text = with(R"("owner": "lab", "sites": ["west"], )" + process);
  const std::size_t from = text.find("  \"jobs\"");
  CHECK(world_of(text.substr(0, from) + text.substr(text.find("\"workloads\""))).jobs.size() == 3);
}

TEST_CASE("a workload has a trace or a process", "[scenario]") {
  CHECK(complaints(with(R"("owner": "lab", "sites": ["west"])")) ==
        "/workloads/w: neither a trace nor a process is given; give one of the two");
  CHECK(complaints(
            with(R"("owner": "lab", "sites": ["west"], "trace": {"file": "none.csv"}, )" + process))
            .find("/workloads/w: both a trace and a process are given; give one of the two") !=
        std::string::npos);
}

TEST_CASE("a workload runs where there are chips for it", "[scenario]") {
  CHECK(complaints(with(R"("owner": "lab", )" + process)) ==
        "/workloads/w: missing \"sites\"; add it: Where it may run, the preferred site first");
  CHECK(
      complaints(with(R"("owner": "lab", "chips_of": ["lab"], "sites": ["west"], )" + process)) ==
      "/workloads/w/sites: no chips of its owners are delivered to \"west\"; add a delivery, name "
      "the \"node\" it waits for, or choose another site");
  CHECK(
      complaints(with(R"("owner": "lab", "node": "dgx_h100", "sites": ["west"], )" + process)) ==
      "/workloads/w/node: no dgx_h100 of its owners is delivered to \"west\"; use one of dgx_h200, "
      "or add a delivery");
}

TEST_CASE("a scenario without a horizon has no workloads", "[scenario]") {
  CHECK(complaints(step_document(good_job, R"("workloads": {})")) ==
        "/workloads: \"workloads\" without a horizon; add \"horizon\": {\"from\": ..., \"to\": "
        "..., \"bin\": \"1 d\"}, or leave it out");
}
