#include "scheduling/preempt.hpp"

#include <catch2/catch.hpp>

#include "scheduling/floor.hpp"

namespace trainyard::scheduling {
namespace {

TestJob urgent(std::size_t number, double submitted, std::int64_t accelerators, double run,
               std::int64_t priority) {
  TestJob job = test_job(number, submitted, accelerators, run);
  job.candidate.priority = priority;
  return job;
}

}  // namespace

TEST_CASE("an urgent job stops a less urgent one, which goes on where it was", "[scheduling]") {
  const std::vector<TestJob> jobs{urgent(0, 0, 8, 100, 0), urgent(1, 40, 8, 10, 1)};
  const auto outcomes = play("preempt", pool(1, 8), jobs);
  CHECK(outcomes[1].started == 40);
  CHECK(outcomes[0].starts == 2);
  CHECK(outcomes[0].ended == 110);
}

TEST_CASE("a job as urgent as those that run waits", "[scheduling]") {
  const std::vector<TestJob> jobs{urgent(0, 0, 8, 100, 1), urgent(1, 40, 8, 10, 1)};
  CHECK(play("preempt", pool(1, 8), jobs)[1].started == 100);
}

TEST_CASE("the least urgent stop first, of these the last started", "[scheduling]") {
  const std::vector<TestJob> jobs{urgent(0, 0, 2, 100, 1), urgent(1, 1, 2, 100, 0),
                                  urgent(2, 2, 2, 100, 0), urgent(3, 3, 2, 100, 1),
                                  urgent(4, 10, 2, 10, 2)};
  const auto outcomes = play("preempt", pool(8, 1), jobs);
  CHECK(outcomes[4].started == 10);
  CHECK(outcomes[2].starts == 2);
  for (const std::size_t job : {0, 1, 3}) CHECK(outcomes[job].starts == 1);
}

TEST_CASE("nobody is stopped who is not in the way", "[scheduling]") {
  // Two nodes: 0 and 1 lie on the first, 2 on the second. Whoever wants a node has it from 2 alone,
  // though 1 started later.
  const std::vector<TestJob> jobs{urgent(0, 0, 6, 100, 1), urgent(1, 1, 8, 100, 0),
                                  urgent(2, 2, 2, 100, 0), urgent(3, 10, 8, 10, 2)};
  const auto outcomes = play("preempt", pool(2, 8), jobs);
  CHECK(outcomes[3].started == 10);
  CHECK(outcomes[1].starts == 2);
  CHECK(outcomes[2].starts == 1);
}

TEST_CASE("nobody is stopped where that does not make room", "[scheduling]") {
  const std::vector<TestJob> few{urgent(0, 0, 4, 100, 2), urgent(1, 1, 4, 50, 0),
                                 urgent(2, 10, 8, 10, 1)};
  CHECK(play("preempt", pool(1, 8), few)[1].starts == 1);
  // Enough by count, but on each of two nodes something more urgent runs.
  const std::vector<TestJob> apart{urgent(0, 0, 5, 100, 2), urgent(1, 0, 5, 100, 2),
                                   urgent(2, 1, 3, 50, 0), urgent(3, 1, 3, 50, 0),
                                   urgent(4, 10, 6, 10, 1)};
  const auto outcomes = play("preempt", pool(2, 8), apart);
  CHECK(outcomes[2].starts == 1);
  CHECK(outcomes[3].starts == 1);
  CHECK(outcomes[4].started == 100);
}

TEST_CASE("who is stopped starts elsewhere at once if it fits", "[scheduling]") {
  const std::vector<Pool> pools{pool(1, 8), pool(1, 8)};
  std::vector<TestJob> jobs{urgent(0, 0, 8, 100, 0), urgent(1, 10, 8, 10, 1)};
  jobs[0].candidate.choices.push_back({.group = 1, .accelerators = 8});
  const auto outcomes = play("preempt", pools, jobs);
  CHECK(outcomes[1].started == 10);
  CHECK(outcomes[0].ended == 100);
  CHECK(outcomes[0].group == 1);
}

}  // namespace trainyard::scheduling
