// Jobs whose members hold chips at several sites.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fleet/play.hpp"
#include "step/placement.hpp"
#include "support/worlds.hpp"

namespace trainyard::fleet {
namespace {

using worlds::day;
using worlds::days;

// A sample a step and accelerator. A step takes a second, and half a second more with two branches
// that have the whole link between them.
class TeamRates final : public step::Rates {
 public:
  explicit TeamRates(const std::vector<step::Task>& tasks, Bytes between = Bytes(0))
      : tasks_(tasks), between_(between) {}

  step::Answer ask(step::Question question) override {
    const step::Joint& joint = *tasks_[static_cast<std::size_t>(question.task)].joint;
    const auto branches = static_cast<std::int64_t>(joint.branches.size());
    step::Answer answer{.duration = Seconds(1), .branches = branches};
    if (branches > 1) {
      answer.duration += Seconds(0.5 / question.wan);
      answer.between = between_;
    }
    answer.duration = answer.duration / question.clock;
    for (const step::Branch& branch : joint.branches) {
      answer.ranks += step::placement(branch)->ranks();
    }
    answer.samples = static_cast<double>(answer.ranks);
    return answer;
  }

 private:
  const std::vector<step::Task>& tasks_;
  Bytes between_;
};

constexpr std::int64_t nodes = 4;
constexpr double chips = 8 * nodes;  // of a branch

enum class Needed { all, any };

struct Fleet {
  World world;
  std::vector<step::Task> tasks;
  Bytes between{0};

  History played() {
    TeamRates rates(tasks, between);
    return play(world, tasks, rates);
  }
};

// Adds a job with a branch of four servers at each of the two sites.
void add_team(Fleet& fleet, const std::string& name, Needed needed, double samples) {
  Team team{.name = name, .branches = 2, .target_samples = samples};
  step::Task both = worlds::task();
  both.request.data = 8 * nodes;
  step::Joint joint;
  for (std::size_t site = 0; site < 2; ++site) {
    joint.branches.push_back({.name = fleet.world.sites[site].place.name,
                              .sections = {{.name = "all",
                                            .node = worlds::server(),
                                            .nodes = nodes,
                                            .site = site,
                                            .request = both.request}}});
  }
  for (std::size_t set = 0; set < 4; ++set) {
    const bool some = set != 0 && (set == 3 || needed == Needed::any);
    team.tasks.push_back(some ? fleet.tasks.size() : none);
    if (!some) continue;
    step::Task task = both;
    task.joint = joint;
    if (set != 3) task.joint->branches = {joint.branches[set - 1]};
    fleet.tasks.push_back(task);
  }
  for (std::size_t site = 0; site < 2; ++site) {
    Job job = worlds::job(name + "/" + fleet.world.sites[site].place.name);
    job.options = {{.site = site, .node = 0, .task = team.tasks.back()}};
    job.gangs = {8 * nodes};
    job.restart = Seconds(0);
    job.checkpoint.every = days(1);
    job.team = fleet.world.teams.size();
    team.members.push_back({fleet.world.jobs.size(), site, 0});
    fleet.world.jobs.push_back(job);
  }
  fleet.world.teams.push_back(std::move(team));
}

// Chips at the first site on the first day, at the second `later`.
Fleet two_sites(double later, std::int64_t count = nodes) {
  Fleet fleet{.world = worlds::world(60), .tasks = {}};
  fleet.world.jobs.clear();
  fleet.world.sites = {worlds::site("here"), worlds::site("there")};
  fleet.world.deliveries = {worlds::delivery(0, count), worlds::delivery(later, count)};
  fleet.world.deliveries.back().site = 1;
  fleet.world.deliveries.back().name = "later";
  fleet.world.wan = {{.name = "link",
                      .from = "here",
                      .to = "there",
                      .latency = Seconds(0.01),
                      .bandwidth = BytesPerSecond(1000)}};
  return fleet;
}

double days_after(const std::optional<Instant>& at) {
  return (at.value() - worlds::new_year).value() / 86400;
}

}  // namespace

TEST_CASE("members of a team start when all can, and end together", "[fleet]") {
  Fleet fleet = two_sites(5);
  // Ten days of both: 64 samples in a second and a half.
  add_team(fleet, "llm", Needed::all, 10 * 86400 * 2 * chips / 1.5);
  const History history = fleet.played();
  for (const JobResult& member : history.jobs) {
    CHECK(days_after(member.started) == Approx(5));
    CHECK(days_after(member.finished) == Approx(15).epsilon(1e-9));
    CHECK(member.samples == Approx(10 * 86400 * chips / 1.5).epsilon(1e-9));
  }
  CHECK(worlds::chips(history, ChipState::busy, day(4)) == 0);
  CHECK(worlds::chips(history, ChipState::busy, day(6), 1) == 8 * nodes);
  CHECK(history.allocations.size() == 2);
}

TEST_CASE("a team that may be small begins with what there is, and grows", "[fleet]") {
  Fleet fleet = two_sites(5);
  // Five days of one, then ten of both.
  const double samples = 5 * 86400 * chips + 10 * 86400 * 2 * chips / 1.5;
  add_team(fleet, "llm", Needed::any, samples);
  const History history = fleet.played();
  CHECK(days_after(history.jobs[0].started) == Approx(0));
  CHECK(days_after(history.jobs[1].started) == Approx(5));
  for (const JobResult& member : history.jobs) {
    CHECK(days_after(member.finished) == Approx(15).epsilon(1e-9));
    CHECK(member.lost_samples == 0);
  }
  CHECK(history.jobs[0].samples + history.jobs[1].samples == Approx(samples).epsilon(1e-9));
}

TEST_CASE("where all are needed, one that loses its power stops the others", "[fleet]") {
  for (const Needed needed : {Needed::all, Needed::any}) {
    Fleet fleet = two_sites(0);
    // Dark for a day, half a day after a checkpoint.
    fleet.world.sites[1].outages = {{"storm", day(2.5), days(1)}};
    add_team(fleet, "llm", needed, 10 * 86400 * 2 * chips / 1.5);
    const History history = fleet.played();
    const JobResult& here = history.jobs[0];
    const JobResult& there = history.jobs[1];
    const double rate = chips / 1.5;
    CHECK(there.lost_samples == Approx(0.5 * 86400 * rate).epsilon(1e-6));
    CHECK(days_after(here.finished) == days_after(there.finished));
    if (needed == Needed::all) {
      CHECK(here.lost_samples == Approx(0.5 * 86400 * rate).epsilon(1e-6));
      // A day and a half is lost to both.
      CHECK(days_after(here.finished) == Approx(11.5).epsilon(1e-6));
    } else {
      CHECK(here.lost_samples == 0);
      // By itself it takes a second a step: in that day it does what both do in three quarters.
      CHECK(days_after(here.finished) == Approx(10 + 0.25 + 0.25).epsilon(1e-6));
    }
  }
}

TEST_CASE("a slower clock at one site slows the whole team", "[fleet]") {
  Fleet fleet = two_sites(0);
  Site& there = fleet.world.sites[1];
  there.shortage = Shortage::slow;
  // Dynamic power goes as the clock to a power: idle 2 kW, training 8 kW.
  there.power = {worlds::phase(0, Watts(nodes * (2e3 + 6e3 * std::pow(0.8, 2.4))))};
  add_team(fleet, "llm", Needed::all, 10 * 86400 * 2 * chips / 1.5);
  const History history = fleet.played();
  CHECK(days_after(history.jobs[0].finished) == Approx(12.5).epsilon(1e-3));
}

TEST_CASE("teams that share a link slow each other", "[fleet]") {
  Fleet fleet = two_sites(0, 2 * nodes);
  const double ten_days = 10 * 86400 * 2 * chips / 1.5;
  // Each sends 500 bytes in a second and a half: a third of the link.
  fleet.between = Bytes(500);
  add_team(fleet, "one", Needed::all, ten_days);
  const History alone = fleet.played();
  CHECK(days_after(alone.jobs[0].finished) == Approx(10).epsilon(1e-9));
  add_team(fleet, "other", Needed::all, ten_days);
  const History both = fleet.played();
  // Two thirds of the link are left to each, in eighths: 0.75.
  CHECK(days_after(both.jobs[0].finished) == Approx(10 * (1 + 0.5 / 0.75) / 1.5).epsilon(1e-6));
  CHECK(both.jobs[0].finished == both.jobs[2].finished);
  double used = 0;
  for (const LinkChange& change : both.links) used = std::max(used, change.used.value());
  CHECK(used == Approx(2 * 2 * 500 / 1.5));  // both ways, before they slowed each other
}

TEST_CASE("a team waits while its link is down", "[fleet]") {
  Fleet fleet = two_sites(0);
  fleet.between = Bytes(500);
  fleet.world.wan_outages = {{0, {"cut", day(3), days(2)}}};
  add_team(fleet, "llm", Needed::all, 10 * 86400 * 2 * chips / 1.5);
  const History history = fleet.played();
  CHECK(days_after(history.jobs[0].finished) == Approx(12).epsilon(1e-6));
  CHECK(history.jobs[0].lost_samples == Approx(0).margin(1e-3 * chips * 86400));
}

TEST_CASE("what follows a team starts when it is done", "[fleet]") {
  Fleet fleet = two_sites(0);
  add_team(fleet, "llm", Needed::all, 86400 * 2 * chips / 1.5);
  Job next = worlds::timed_job("next", 8 * nodes, days(2));
  next.after = {{.job = 0}};
  fleet.world.jobs.push_back(next);
  const History history = fleet.played();
  CHECK(days_after(history.jobs[2].started) == Approx(1).epsilon(1e-9));
  CHECK(days_after(history.jobs[2].finished) == Approx(3).epsilon(1e-9));
}

TEST_CASE("policies that order by length know how long a team takes", "[fleet]") {
  for (const double team_days : {1.0, 5.0}) {
    Fleet fleet = two_sites(0);
    fleet.world.scheduling.policy = "sjf";
    Job other = worlds::timed_job("other", 8 * nodes, days(3));
    other.options = {{.site = 1, .node = 0}};
    fleet.world.jobs.push_back(other);
    add_team(fleet, "llm", Needed::all, team_days * 86400 * 2 * chips / 1.5);
    const History history = fleet.played();
    const bool first = team_days < 3;
    CHECK(days_after(history.jobs[0].started) == Approx(first ? team_days : 0).margin(1e-6));
    CHECK(days_after(history.jobs[1].started) == Approx(first ? 0 : 3).margin(1e-6));
    CHECK(history.jobs[1].started == history.jobs[2].started);
  }
}

}  // namespace trainyard::fleet
