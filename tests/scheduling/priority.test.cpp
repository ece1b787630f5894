#include "scheduling/priority.hpp"

#include <catch2/catch.hpp>

#include "scheduling/floor.hpp"

namespace trainyard::scheduling {

TEST_CASE("priority starts the most urgent first", "[scheduling]") {
  std::vector<TestJob> jobs{test_job(0, 0, 8, 100), test_job(1, 1, 8, 10), test_job(2, 2, 8, 10)};
  jobs[2].candidate.priority = 1;
  const auto outcomes = play("priority", pool(1, 8), jobs);
  CHECK(outcomes[2].started == 100);
  CHECK(outcomes[1].started == 110);
}

TEST_CASE("priority lets small jobs pass large ones that wait", "[scheduling]") {
  std::vector<TestJob> jobs{test_job(0, 0, 6, 100), test_job(1, 1, 4, 10), test_job(2, 2, 2, 10)};
  jobs[1].candidate.priority = 5;
  const auto outcomes = play("priority", pool(1, 8), jobs);
  CHECK(outcomes[1].started == 100);
  CHECK(outcomes[2].started == 2);
}

TEST_CASE("priority tries a job's choices in their order", "[scheduling]") {
  const std::vector<Pool> pools{pool(1, 8), pool(2, 8)};
  std::vector<TestJob> jobs{test_job(0, 0, 8, 100), test_job(1, 1, 8, 10), test_job(2, 2, 8, 10)};
  for (TestJob& job : jobs) job.candidate.choices.push_back({.group = 1, .accelerators = 16});
  const auto outcomes = play("priority", pools, jobs);
  CHECK(outcomes[0].group == 0);
  CHECK(outcomes[1].group == 1);
  CHECK(outcomes[1].accelerators == 16);
  CHECK(outcomes[2].started == 11);
}

TEST_CASE("a job that is withdrawn does not start", "[scheduling]") {
  for (const PolicyRow& row : policies()) {
    CAPTURE(row.name);
    const std::vector<TestJob> jobs{test_job(0, 0, 8, 10), test_job(1, 0, 8, 10)};
    const std::unique_ptr<Policy> policy = row.make({});
    TestFloor floor(std::vector{pool(2, 8)}, jobs, *policy);
    policy->arrived(jobs[0].candidate);
    policy->arrived(jobs[1].candidate);
    CHECK(policy->waiting() == 2);
    policy->withdrawn(0);
    policy->withdrawn(0);
    CHECK(policy->waiting() == 1);
    policy->serve(floor);
    REQUIRE(floor.running().size() == 1);
    CHECK(floor.running()[0].candidate->job == 1);
    CHECK(policy->waiting() == 0);
  }
}

}  // namespace trainyard::scheduling
