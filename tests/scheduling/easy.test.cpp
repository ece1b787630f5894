#include "scheduling/easy.hpp"

#include <catch2/catch.hpp>

#include "scheduling/floor.hpp"

namespace trainyard::scheduling {
namespace {

// Ten processors, six of which are busy until 100; the next job needs eight of them.
std::vector<TestJob> with_a_head(TestJob later) {
  later.candidate.job = 2;
  return {test_job(0, 0, 6, 100), test_job(1, 1, 8, 50), std::move(later)};
}

}  // namespace

TEST_CASE("easy starts a later job that ends before the first can start", "[scheduling]") {
  const auto outcomes = play("easy", pool(10, 1), with_a_head(test_job(2, 2, 4, 98)));
  CHECK(outcomes[2].started == 2);
  CHECK(outcomes[1].started == 100);
}

TEST_CASE("easy starts a longer one on processors that the first will not need", "[scheduling]") {
  CHECK(play("easy", pool(10, 1), with_a_head(test_job(2, 2, 2, 500)))[2].started == 2);
  const auto outcomes = play("easy", pool(10, 1), with_a_head(test_job(2, 2, 3, 500)));
  CHECK(outcomes[1].started == 100);
  CHECK(outcomes[2].started == 150);
}

TEST_CASE("easy gives processors to spare away once", "[scheduling]") {
  std::vector<TestJob> jobs = with_a_head(test_job(2, 2, 1, 500));
  jobs.push_back(test_job(3, 2, 1, 500));
  jobs.push_back(test_job(4, 2, 1, 500));
  const auto outcomes = play("easy", pool(10, 1), jobs);
  CHECK(outcomes[2].started == 2);
  CHECK(outcomes[3].started == 2);
  CHECK(outcomes[4].started == 150);
  CHECK(outcomes[1].started == 100);
}

TEST_CASE("easy believes estimates and starts the first job when they were too long",
          "[scheduling]") {
  std::vector<TestJob> jobs = with_a_head(test_job(2, 2, 4, 98));
  jobs[0].run = 40;
  jobs[2].run = 20;
  const auto outcomes = play("easy", pool(10, 1), jobs);
  CHECK(outcomes[2].started == 2);
  CHECK(outcomes[1].started == 40);
}

TEST_CASE("easy reserves in each group for the first that waits for it", "[scheduling]") {
  const std::vector<Pool> pools{pool(10, 1), pool(10, 1)};
  std::vector<TestJob> jobs = with_a_head(test_job(2, 2, 4, 500));
  jobs.push_back(test_job(3, 2, 4, 500));
  jobs[3].candidate.choices = {{.group = 0, .accelerators = 4}, {.group = 1, .accelerators = 4}};
  const auto outcomes = play("easy", pools, jobs);
  CHECK(outcomes[2].started == 150);
  CHECK(outcomes[3].started == 2);
  CHECK(outcomes[3].group == 1);
}

}  // namespace trainyard::scheduling
