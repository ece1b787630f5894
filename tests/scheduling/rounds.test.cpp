#include "scheduling/rounds.hpp"

#include <catch2/catch.hpp>

#include "scheduling/floor.hpp"

namespace trainyard::scheduling {
namespace {

// Runs by the first group at one rate, or by the second at another, a chip each.
TestJob on_either(std::size_t number, double first, double second, double work) {
  TestJob job = test_job(number, 0, 1, work);
  job.candidate.choices = {{.group = 0, .accelerators = 1, .rate = first},
                           {.group = 1, .accelerators = 1, .rate = second}};
  return job;
}

}  // namespace

TEST_CASE("max_throughput puts each job where it is faster by more", "[scheduling]") {
  const std::vector<Pool> pools{pool(1, 1), pool(1, 1)};
  const std::vector<TestJob> jobs{on_either(0, 10, 5, 100), on_either(1, 40, 1, 400)};
  const auto outcomes = play("max_throughput", pools, jobs);
  CHECK(outcomes[0].group == 1);
  CHECK(outcomes[1].group == 0);
  CHECK(outcomes[0].ended == 20);
  CHECK(outcomes[1].ended == 10);
}

TEST_CASE("max_min gives jobs that are alike the same number of rounds", "[scheduling]") {
  std::vector<TestJob> jobs;
  for (std::size_t i = 0; i < 3; ++i) jobs.push_back(test_job(i, 0, 1, 3600));
  const auto outcomes = play("max_min", pool(1, 1), jobs);
  CHECK(outcomes[0].ended >= 9 * 3600 / 10 * 3 - 3 * 360);
  for (const Outcome& outcome : outcomes) CHECK(outcome.ended >= 3 * 3600 - 3 * 360);
  CHECK(outcomes[2].ended == 3 * 3600);
}

TEST_CASE("max_min gives a gang of four a quarter of the time of a single", "[scheduling]") {
  // Four chips; singles that never end and a gang: an even share of accelerator-seconds is one
  // fifth of 4 for each of five jobs, so that the gang runs a fifth of the time.
  std::vector<TestJob> jobs{test_job(0, 0, 4, 360)};
  for (std::size_t i = 1; i < 5; ++i) jobs.push_back(test_job(i, 0, 1, 40 * 360));
  jobs[0].run = 8 * 360;
  const auto outcomes = play("max_min", pool(1, 4), jobs);
  CHECK(outcomes[0].ended / 360 == Approx(8 * 5).margin(5));
}

TEST_CASE("in rounds, chips that come free wait for the next one", "[scheduling]") {
  const std::vector<TestJob> jobs{test_job(0, 0, 1, 100), test_job(1, 10, 1, 100)};
  for (const std::string_view policy : {"max_min", "max_throughput"}) {
    const auto outcomes = play(policy, pool(1, 1), jobs, {.round = Seconds(300)});
    CHECK(outcomes[1].started == 300);
  }
}

TEST_CASE("in rounds, a job that fits nowhere holds up nobody", "[scheduling]") {
  const std::vector<TestJob> jobs{test_job(0, 0, 9, 100), test_job(1, 0, 8, 100)};
  for (const std::string_view policy : {"max_min", "max_throughput"}) {
    const auto outcomes = play(policy, pool(1, 8), std::span(jobs).first(2));
    CHECK(outcomes[0].started == never);
    CHECK(outcomes[1].started == 0);
  }
}

TEST_CASE("in rounds, an open job gives way to those that are due", "[scheduling]") {
  std::vector<TestJob> jobs{test_job(0, 0, 1, 3600), test_job(1, 0, 1, 3600)};
  jobs[0].candidate.choices[0].open = true;
  for (const std::string_view policy : {"max_min", "max_throughput"}) {
    const auto outcomes = play(policy, pool(2, 1), jobs);
    CHECK(outcomes[1].started == 0);
  }
}

}  // namespace trainyard::scheduling
