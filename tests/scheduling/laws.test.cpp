// What holds for every policy of the catalog, on random jobs.
#include <catch2/catch.hpp>
#include <string_view>

#include "scheduling/draw.hpp"
#include "scheduling/floor.hpp"

namespace trainyard::scheduling {
namespace {

struct Case {
  std::vector<Pool> pools;
  std::vector<TestJob> jobs;
};

Case random_case(std::uint64_t seed) {
  Draw draw(seed);
  Case made;
  for (std::int64_t i = draw.whole(1, 3); i > 0; --i) {
    const PlacementRow& row = placements()[draw.below(placements().size())];
    made.pools.push_back(pool(draw.whole(1, 6), draw.whole(0, 2) == 0 ? 4 : 8, row.name));
    made.pools.back().nodes_per_leaf = draw.whole(0, 3);
  }
  double at = 0;
  for (std::int64_t i = draw.whole(1, 60); i > 0; --i) {
    at += static_cast<double>(draw.whole(0, 3) == 0 ? draw.whole(0, 900) : 0);
    TestJob job = test_job(made.jobs.size(), at, 1, static_cast<double>(draw.whole(0, 5000)));
    job.candidate.priority = draw.whole(0, 2);
    job.candidate.owner = draw.below(3);
    job.candidate.estimate = Seconds(job.run * static_cast<double>(draw.whole(1, 4)));
    if (draw.whole(0, 1) == 0) job.candidate.deadline = Instant(at + 2 * job.run);
    job.candidate.choices.clear();
    for (std::int64_t choices = draw.whole(1, 3); choices > 0; --choices) {
      const std::size_t group = draw.below(made.pools.size());
      const Pool& where = made.pools[group];
      // Up to what the whole group has.
      const std::int64_t size = draw.whole(1, draw.whole(1, where.nodes * where.each));
      job.candidate.choices.push_back(
          {.group = group, .accelerators = size, .rate = static_cast<double>(draw.whole(0, 3))});
    }
    made.jobs.push_back(std::move(job));
  }
  return made;
}

using Rows = std::vector<std::tuple<double, double, std::int64_t, std::size_t>>;

Rows numbers(const std::vector<Outcome>& outcomes) {
  Rows rows;
  for (const Outcome& one : outcomes) {
    rows.emplace_back(one.started, one.ended, one.starts, one.group);
  }
  return rows;
}

}  // namespace

// The floor throws where an accelerator is taken twice or a job started twice.
TEST_CASE("under every policy every job runs to its end, on chips of its own", "[scheduling]") {
  for (const PolicyRow& row : policies()) {
    for (std::uint64_t seed = 0; seed < 25; ++seed) {
      CAPTURE(row.name, seed);
      const Case some = random_case(seed);
      const auto outcomes = play(row.name, some.pools, some.jobs);
      for (std::size_t i = 0; i < outcomes.size(); ++i) {
        REQUIRE(outcomes[i].started >= some.jobs[i].candidate.submitted.value());
        REQUIRE(outcomes[i].ended < never);
        if (!row.preempts) REQUIRE(outcomes[i].starts == 1);
      }
    }
  }
}

TEST_CASE("under every policy the same jobs have the same schedule", "[scheduling]") {
  for (const PolicyRow& row : policies()) {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      CAPTURE(row.name, seed);
      const Case some = random_case(seed);
      REQUIRE(numbers(play(row.name, some.pools, some.jobs)) ==
              numbers(play(row.name, some.pools, some.jobs)));
    }
  }
}

namespace {

// Asks after every service whether somebody who waits would fit.
class Watch final : public Policy {
 public:
  explicit Watch(std::unique_ptr<Policy> policy) : policy_(std::move(policy)) {}
  void arrived(const Candidate& candidate) override {
    waiting_.emplace(candidate.job, &candidate);
    policy_->arrived(candidate);
  }
  void withdrawn(std::size_t job) override { policy_->withdrawn(job); }
  void stopped(const Candidate& candidate, const Choice& choice, Seconds used) override {
    policy_->stopped(candidate, choice, used);
  }
  void serve(Floor& floor) override {
    policy_->serve(floor);
    for (const Running& running : floor.running()) waiting_.erase(running.candidate->job);
    for (const auto& [job, candidate] : waiting_) {
      for (const Choice& choice : candidate->choices) {
        if (floor.fits(*candidate, choice)) ++left_idle;
      }
    }
    if (waiting_.size() != waiting()) throw std::logic_error("waiting() is wrong");
  }
  [[nodiscard]] std::optional<Instant> next_look() const override { return policy_->next_look(); }
  [[nodiscard]] std::size_t waiting() const override { return policy_->waiting(); }

  std::int64_t left_idle = 0;

 private:
  std::unique_ptr<Policy> policy_;
  std::map<std::size_t, const Candidate*> waiting_;
};

}  // namespace

TEST_CASE("under priority and preempt nobody waits who fits", "[scheduling]") {
  for (const std::string_view policy : {"priority", "preempt"}) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      CAPTURE(policy, seed);
      const Case some = random_case(seed);
      Watch watch(find_row(policies(), policy)->make({}));
      TestFloor(some.pools, some.jobs, watch).play();
      REQUIRE(watch.left_idle == 0);
    }
  }
}

TEST_CASE("under every policy the first of equal jobs starts first", "[scheduling]") {
  for (const PolicyRow& row : policies()) {
    CAPTURE(row.name);
    std::vector<TestJob> jobs;
    for (std::size_t i = 0; i < 20; ++i) jobs.push_back(test_job(i, 0, 3, 100));
    const auto outcomes = play(row.name, pool(2, 8), jobs);
    for (std::size_t i = 1; i < 20; ++i) REQUIRE(outcomes[i - 1].started <= outcomes[i].started);
  }
}

// All that starts on one group, by order of submission, starts in this order.
TEST_CASE("under fifo nobody overtakes", "[scheduling]") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Case some = random_case(seed);
    for (TestJob& job : some.jobs) {
      job.candidate.choices = {{.group = 0, .accelerators = 1 + std::int64_t(job.run) % 4}};
    }
    const auto outcomes = play("fifo", some.pools, some.jobs);
    for (std::size_t i = 1; i < outcomes.size(); ++i) {
      REQUIRE(outcomes[i - 1].started <= outcomes[i].started);
    }
  }
}

}  // namespace trainyard::scheduling
