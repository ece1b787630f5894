#include "scheduling/fair_share.hpp"

#include <catch2/catch.hpp>

#include "scheduling/floor.hpp"

namespace trainyard::scheduling {
namespace {

TestJob owned(std::size_t number, double submitted, double run, std::size_t owner) {
  TestJob job = test_job(number, submitted, 8, run);
  job.candidate.owner = owner;
  return job;
}

}  // namespace

TEST_CASE("the owner that has used less goes first, however late its jobs came", "[scheduling]") {
  const std::vector<TestJob> jobs{owned(0, 0, 100, 0), owned(1, 1, 100, 0), owned(2, 2, 10, 1),
                                  owned(3, 3, 10, 1)};
  const auto outcomes = play("fair_share", pool(1, 8), jobs);
  CHECK(outcomes[2].started == 100);
  CHECK(outcomes[3].started == 110);
  CHECK(outcomes[1].started == 120);
}

TEST_CASE("use counts against shares", "[scheduling]") {
  // 100 s for a share of 20 are less than 10 s for a share of 1.
  const std::vector<TestJob> jobs{owned(0, 0, 100, 0), owned(1, 1, 10, 1), owned(2, 2, 100, 0),
                                  owned(3, 3, 10, 1)};
  CHECK(play("fair_share", pool(1, 8), jobs, {.shares = {20, 1}})[2].started == 110);
  CHECK(play("fair_share", pool(1, 8), jobs, {.shares = {1, 1}})[2].started == 120);
}

TEST_CASE("what runs counts as far as it has run", "[scheduling]") {
  // Two nodes: the first owner runs on one, the second's job ends on the other after 10 s.
  const std::vector<TestJob> jobs{owned(0, 0, 1000, 0), owned(1, 0, 10, 1), owned(2, 1, 50, 0),
                                  owned(3, 2, 50, 1)};
  // Both have had 10 s: who holds less goes first.
  CHECK(play("fair_share", pool(2, 8), jobs)[3].started == 10);
  std::vector<TestJob> later = jobs;
  later[1].run = 20;
  later.push_back(owned(4, 3, 5, 2));
  CHECK(play("fair_share", pool(2, 8), later)[4].started == 20);
}

TEST_CASE("use counts half after the half-life", "[scheduling]") {
  // 100 s of the first owner, then 60 s of the second: once the first's have aged by 60 s, they are
  // less where they halve in 30 s, more where they halve in a week.
  const std::vector<TestJob> jobs{owned(0, 0, 100, 0), owned(1, 1, 60, 1), owned(2, 101, 10, 0),
                                  owned(3, 102, 10, 1)};
  CHECK(play("fair_share", pool(1, 8), jobs, {.half_life = Seconds(30)})[2].started == 160);
  CHECK(play("fair_share", pool(1, 8), jobs)[3].started == 160);
}

TEST_CASE("owners that have had nothing share what is idle evenly", "[scheduling]") {
  std::vector<TestJob> jobs;
  for (std::size_t i = 0; i < 8; ++i) jobs.push_back(owned(i, 0, 10, i / 4));
  const auto outcomes = play("fair_share", pool(4, 8), jobs);
  for (const std::size_t job : {0, 1, 4, 5}) CHECK(outcomes[job].started == 0);
  for (const std::size_t job : {2, 3, 6, 7}) CHECK(outcomes[job].started == 10);
}

TEST_CASE("nobody passes a job of the owner whose turn it is", "[scheduling]") {
  std::vector<TestJob> jobs{owned(0, 0, 100, 0), owned(1, 1, 10, 1), owned(2, 2, 10, 0)};
  jobs[0].candidate.choices[0].accelerators = 4;
  jobs[2].candidate.choices[0].accelerators = 4;
  const auto outcomes = play("fair_share", pool(1, 8), jobs);
  CHECK(outcomes[1].started == 100);
  CHECK(outcomes[2].started == 110);
}

}  // namespace trainyard::scheduling
