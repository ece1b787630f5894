#include "scheduling/queue.hpp"

#include <catch2/catch.hpp>

#include "scheduling/floor.hpp"

namespace trainyard::scheduling {
namespace {

std::vector<std::size_t> all(Scan scan) {
  std::vector<std::size_t> jobs;
  while (const Candidate* candidate = scan.next()) jobs.push_back(candidate->job);
  return jobs;
}

using Jobs = std::vector<std::size_t>;

}  // namespace

TEST_CASE("a scan goes through all lanes by key, then submission, then number", "[scheduling]") {
  const std::vector<TestJob> jobs{test_job(0, 5, 1, 1), test_job(1, 3, 2, 1), test_job(2, 3, 1, 1),
                                  test_job(3, 9, 2, 1)};
  Queue queue;
  for (const TestJob& job : jobs) queue.add(job.candidate, job.candidate.job == 3 ? -1 : 0);
  CHECK(all(Scan(queue)) == Jobs{3, 1, 2, 0});
  queue.remove(1);
  queue.remove(1);
  CHECK(queue.size() == 3);
  CHECK(all(Scan(queue)) == Jobs{3, 2, 0});
}

TEST_CASE("a closed lane hides jobs of its shape, a closed group those with no other",
          "[scheduling]") {
  std::vector<TestJob> jobs{test_job(0, 0, 1, 1), test_job(1, 1, 1, 1), test_job(2, 2, 2, 1),
                            test_job(3, 3, 1, 1)};
  jobs[3].candidate.choices.push_back({.group = 4, .accelerators = 1});
  Queue queue;
  for (const TestJob& job : jobs) queue.add(job.candidate, 0);
  Scan lanes(queue);
  CHECK(lanes.next()->job == 0);
  lanes.close_lane();
  CHECK(all(lanes) == Jobs{2, 3});
  Scan groups(queue);
  groups.close(0);
  CHECK_FALSE(groups.is_open(0));
  CHECK(groups.is_open(4));
  CHECK(all(groups) == Jobs{3});
  groups.close(4);
  CHECK(groups.peek() == nullptr);
  CHECK(groups.next() == nullptr);
}

TEST_CASE("jobs may be removed and added while a scan goes on", "[scheduling]") {
  std::vector<TestJob> jobs;
  for (std::size_t i = 0; i < 4; ++i) jobs.push_back(test_job(i, double(i), 1, 1));
  Queue queue;
  queue.add(jobs[1].candidate, 0);
  queue.add(jobs[2].candidate, 0);
  Scan scan(queue);
  CHECK(scan.next()->job == 1);
  queue.remove(1);
  queue.add(jobs[0].candidate, 0);  // its turn is over
  queue.add(jobs[3].candidate, 0);
  CHECK(all(scan) == Jobs{2, 3});
}

}  // namespace trainyard::scheduling
