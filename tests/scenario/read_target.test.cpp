#include "scenario/read_target.hpp"

#include <catch2/catch.hpp>

#include "scenario/two_sites.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

fleet::Job until(const std::string& target, TwoSites fleet = {}) {
  return job_with(", \"until\": \"" + target + "\"", std::move(fleet));
}

}  // namespace

TEST_CASE("samples and tokens are targets", "[scenario]") {
  CHECK(until("1e10 samples").target_samples == 1e10);
  CHECK(until("8192e3 tokens").target_samples == 1e3);
  CHECK(!until("1e10 samples").duration);
  CHECK(!job_with("").target_samples);
}

TEST_CASE("steps count the samples of a plan's batch", "[scenario]") {
  // 4 replicas of 8 on 32 chips, of 4 micro-batches of one sample.
  CHECK(until("500 steps").target_samples == 500 * 16);
  CHECK(until("500 steps", {.plan = R"("tensor": 8, "global_batch": 64)"}).target_samples ==
        500 * 64);
  CHECK(until("500 steps", {.plan = R"("tensor": 8, "data": 2, "micro_batch": 2,
                                       "micro_batches": 3)"})
            .target_samples == 500 * 12);
}

TEST_CASE("steps count nothing where the batch grows with the chips", "[scenario]") {
  const std::string complaint =
      "/jobs/j/until: the samples of a step depend on the chips that the job gets, so steps count "
      "nothing; give the plan a \"global_batch\", or write the target in samples";
  const std::string job =
      R"("model": "llama3_8b", "owner": "tesla", "sites": ["austin"], "until": "500 steps", )";
  CHECK(complaints(TwoSites{.job = job + R"("chips": "all")"}.text()) == complaint);
  CHECK(complaints(TwoSites{.job = job + R"("gangs": [64, 32])"}.text()) == complaint);
  CHECK(world_of(TwoSites{.job = job + R"("gangs": [64, 32])",
                          .plan = R"("tensor": 8, "global_batch": 64)"}
                     .text())
            .jobs.at(0)
            .target_samples == 500 * 64);
}

TEST_CASE("a target in time is computing time of a job with a plan", "[scenario]") {
  const fleet::Job job = until("2000 h");
  CHECK(job.duration == Seconds(2000 * 3600.0));
  CHECK(!job.target_samples);
  CHECK(job.options.at(0).task != fleet::none);
  CHECK(until("3 d").duration == Seconds(3 * 86400.0));
  CHECK(wrong_with(R"(, "until": "0 h")") == "/jobs/j/until: a target must be above zero");
  CHECK(wrong_with(R"(, "until": "5 MW")").find("\"5 MW\" is no target") != std::string::npos);
}
