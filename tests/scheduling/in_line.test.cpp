#include "scheduling/in_line.hpp"

#include <catch2/catch.hpp>

#include "scheduling/floor.hpp"

namespace trainyard::scheduling {
namespace {

Candidate with_deadline(double at, double work, std::vector<Choice> choices) {
  TestJob job = test_job(0, 0, 1, work);
  job.candidate.deadline = Instant(at);
  job.candidate.choices = std::move(choices);
  return job.candidate;
}

// Of a job alone on three groups, what `deadline` takes.
Outcome alone(const Candidate& candidate, const std::vector<Pool>& pools) {
  const std::vector<TestJob> jobs{{candidate, candidate.work}};
  return play("deadline", pools, jobs).front();
}

}  // namespace

TEST_CASE("fifo lets nobody pass a job that does not fit", "[scheduling]") {
  const std::vector<TestJob> jobs{test_job(0, 0, 6, 100), test_job(1, 1, 4, 10),
                                  test_job(2, 2, 1, 10)};
  const auto outcomes = play("fifo", pool(1, 8), jobs);
  CHECK(outcomes[1].started == 100);
  CHECK(outcomes[2].started == 100);
}

TEST_CASE("sjf starts the shortest that waits, by its estimate, not by its run", "[scheduling]") {
  std::vector<TestJob> jobs{test_job(0, 0, 8, 100), test_job(1, 1, 8, 10), test_job(2, 2, 8, 30)};
  jobs[1].candidate.estimate = Seconds(50);
  const auto outcomes = play("sjf", pool(1, 8), jobs);
  CHECK(outcomes[2].started == 100);
  CHECK(outcomes[1].started == 130);
}

TEST_CASE("equal jobs start in the order of their numbers", "[scheduling]") {
  for (const std::string_view policy : {"fifo", "sjf", "priority", "easy", "deadline", "preempt"}) {
    CAPTURE(policy);
    std::vector<TestJob> jobs;
    for (std::size_t i = 0; i < 5; ++i) jobs.push_back(test_job(i, 7, 8, 10));
    const auto outcomes = play(policy, pool(1, 8), jobs);
    for (std::size_t i = 0; i < 5; ++i) CHECK(outcomes[i].started == 7 + 10.0 * double(i));
  }
}

TEST_CASE("a job that waits closes its groups only, and takes what opens first", "[scheduling]") {
  const std::vector<Pool> pools{pool(1, 8), pool(1, 8)};
  std::vector<TestJob> jobs{test_job(0, 0, 8, 100), test_job(1, 1, 8, 10), test_job(2, 2, 2, 10),
                            test_job(3, 3, 2, 10)};
  jobs[2].candidate.choices = {{.group = 0, .accelerators = 2}, {.group = 1, .accelerators = 2}};
  const auto outcomes = play("fifo", pools, jobs);
  CHECK(outcomes[1].started == 100);
  CHECK(outcomes[2].started == 2);
  CHECK(outcomes[2].group == 1);
  CHECK(outcomes[3].started == 110);
}

TEST_CASE("deadline starts the earliest deadline first, jobs without one last", "[scheduling]") {
  std::vector<TestJob> jobs{test_job(0, 0, 8, 100), test_job(1, 1, 8, 10), test_job(2, 2, 8, 10),
                            test_job(3, 3, 8, 10)};
  jobs[2].candidate.deadline = Instant(900);
  jobs[3].candidate.deadline = Instant(800);
  const auto outcomes = play("deadline", pool(1, 8), jobs);
  CHECK(outcomes[3].started == 100);
  CHECK(outcomes[2].started == 110);
  CHECK(outcomes[1].started == 120);
}

TEST_CASE("deadline takes the fewest accelerator-seconds that meet it", "[scheduling]") {
  const std::vector<Pool> pools{pool(4, 8)};
  // 100 of work: 4 accelerators do it in 50 s, 8 in 30 s, 16 in 20 s.
  const std::vector<Choice> choices{{.accelerators = 16, .rate = 5},
                                    {.accelerators = 8, .rate = 100.0 / 30},
                                    {.accelerators = 4, .rate = 2}};
  CHECK(alone(with_deadline(50, 100, choices), pools).accelerators == 4);
  CHECK(alone(with_deadline(49, 100, choices), pools).accelerators == 8);
  CHECK(alone(with_deadline(29, 100, choices), pools).accelerators == 16);
}

TEST_CASE("deadline takes the fastest that fits where nothing meets it", "[scheduling]") {
  const std::vector<Choice> choices{{.accelerators = 16, .rate = 5},
                                    {.accelerators = 4, .rate = 2}};
  CHECK(alone(with_deadline(1, 100, choices), {pool(4, 8)}).accelerators == 16);
  CHECK(alone(with_deadline(1, 100, choices), {pool(1, 8)}).accelerators == 4);
}

}  // namespace trainyard::scheduling
