#include "step/asynchronous.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"

namespace trainyard::step {
namespace {

constexpr double wide = 1e18;     // bytes a second that never bind
constexpr double size = 4e9;      // bytes of the model on the way
constexpr double lane = 1e9;      // bytes a second
constexpr double one_way = 0.03;  // one way between sites, seconds

Approx near(double value, double tolerance = 1e-9) {
  return Approx(value).epsilon(tolerance).margin(0);
}

Learner learner(double step, std::size_t site) {
  return {.step = Seconds(step), .site = site, .interfaces = BytesPerSecond(wide)};
}

// A star of sites around the first, each with a link of its own.
Round star(std::vector<Learner> learners, Sync sync) {
  sync.method = Method::asynchronous;
  Round round{.learners = std::move(learners), .layers = {4e8, 6e8}, .sync = sync, .wide = {}};
  for (std::size_t site = 0; site < 4; ++site) {
    round.wide.sites.push_back("site " + std::to_string(site));
    round.wide.ports.emplace_back(0);
    if (site == 0) continue;
    round.wide.links.push_back({.name = "link",
                                .from = round.wide.sites.front(),
                                .to = round.wide.sites.back(),
                                .latency = Seconds(one_way),
                                .bandwidth = BytesPerSecond(lane)});
  }
  return round;
}

// Up and down a lane that no other crosses.
constexpr double exchange = 2 * (one_way + size / lane);

}  // namespace

TEST_CASE("with a quorum of all, equal learners take the closed form of local training", "[step]") {
  for (const std::int64_t every : {1, 7, 50}) {
    Round round =
        star({learner(2, 0), learner(2, 1), learner(2, 2)}, {.every = every, .quorum = 3});
    const double n = static_cast<double>(every);
    INFO(every << " steps");
    const Joined apart = play_asynchronously(round);
    CHECK(apart.step.value() == near(2 + exchange / n));
    CHECK(apart.waited == near(exchange / n / (2 + exchange / n), 1e-7));
    CHECK(apart.staleness == 0);
    CHECK(apart.sent.value() == near(2 * size / n));
    // At the keeper's site only interfaces are crossed.
    for (Learner& each : round.learners) {
      each.site = 0;
      each.interfaces = BytesPerSecond(5e9);
      each.latency = Seconds(1e-5);
    }
    CHECK(play_asynchronously(round).step.value() == near(2 + 2 * (1e-5 + size / 5e9) / n));
  }
}

TEST_CASE("steps that go on while an exchange is under way hide it", "[step]") {
  Learner each = learner(2, 0);
  each.interfaces = BytesPerSecond(lane);
  each.latency = Seconds(one_way);
  for (const std::int64_t ahead : {0, 1, 3, 4, 5, 6, 10, 20}) {
    INFO(ahead << " steps");
    // An exchange of 8.06 s beside steps of 2 s; never longer than until the next part.
    for (const std::int64_t every : {3, 6}) {
      const double n = static_cast<double>(every);
      const double hidden = 2 * std::min(static_cast<double>(ahead), n);
      const Round round = star({each, each}, {.every = every, .delay = ahead, .quorum = 2});
      CHECK(play_asynchronously(round).step.value() ==
            near(2 + std::max(0.0, exchange - hidden) / n));
    }
  }
}

TEST_CASE("a slow learner holds up others only if the quorum needs it", "[step]") {
  Round round = star({learner(1, 0), learner(1, 1), learner(2, 2)}, {.every = 9, .quorum = 1});
  const double fast = 1 / (1 + exchange / 9);
  const double slow = 1 / (2 + exchange / 9);
  const Joined each = play_asynchronously(round);
  CHECK(each.step.value() == near(3 / (1 + fast + slow), 1e-7));
  CHECK(each.waited == near((1 - fast + 1 - 2 * slow) / 3, 1e-7));
  // Everybody else's outer steps come between one's own.
  CHECK(each.staleness == near(2, 0.02));
  round.sync.quorum = 3;
  CHECK(play_asynchronously(round).step.value() == near(1 / slow));

  Round pair = star({learner(1, 1), learner(2, 2)}, {.every = 9, .quorum = 1});
  pair.learners.front().site = 0;
  CHECK(play_asynchronously(pair).step.value() == near(2 / (1 + slow), 1e-7));
  pair.sync.quorum = 2;
  CHECK(play_asynchronously(pair).step.value() == near(1 / slow));
}

TEST_CASE("a learner a thousand times slower leaves the pace of the others alone", "[step]") {
  const Round round = star({learner(1, 0), learner(1000, 0)}, {.every = 5, .quorum = 1});
  CHECK(play_asynchronously(round).step.value() == near(2 / 1.001, 1e-7));
}

// The first is in every outer step, the others in every second one by turns: with 10, 5 and 5 steps
// in 10 s two of three are slower than all three that wait for each other.
TEST_CASE("grace lets parts in that come after the quorum", "[step]") {
  Round round = star({learner(1, 0), learner(1.1, 0), learner(1.3, 0)}, {.every = 10, .quorum = 2});
  const Joined without = play_asynchronously(round);
  CHECK(without.step.value() == near(1.5, 1e-6));
  CHECK(without.staleness == near(0.5, 0.01));  // of a half of the parts 1
  // The third is 2 s behind the second.
  round.sync.grace = Seconds(1.9);
  CHECK(play_asynchronously(round).staleness > 0);
  round.sync.grace = Seconds(2.1);
  const Joined with = play_asynchronously(round);
  CHECK(with.staleness == 0);
  CHECK(with.step.value() == near(1.3));
  // No longer than until all are there.
  round.sync.grace = Seconds(1000);
  CHECK(play_asynchronously(round).step == with.step);
}

TEST_CASE("grace begins with the quorum and not with every part again", "[step]") {
  Round round = star({learner(1, 0), learner(1.2, 0), learner(1.4, 0)}, {.every = 10, .quorum = 1});
  round.sync.grace = Seconds(3);  // parts come after 10, 12 and 14 s
  CHECK(play_asynchronously(round).staleness > 0);
  round.sync.grace = Seconds(4.1);
  CHECK(play_asynchronously(round).staleness == 0);
}

TEST_CASE("parts that come at the same moment go into the same outer step", "[step]") {
  Round round = star({learner(1, 0), learner(1, 1), learner(1, 1), learner(1, 1), learner(1, 1)},
                     {.every = 3, .quorum = 2});
  // The first goes with those of the others that share a lane: all at once.
  CHECK(play_asynchronously(round).staleness < 1);
  for (Learner& each : round.learners) each.site = 0;
  CHECK(play_asynchronously(round).staleness == 0);
}

TEST_CASE("grace is waited for in vain where nobody comes", "[step]") {
  Round round = star({learner(1, 0), learner(1000, 0)}, {.every = 5, .quorum = 1});
  round.sync.grace = Seconds(3);
  // 5 steps and the grace; the slow one's part comes during one in a thousand.
  CHECK(play_asynchronously(round).step.value() == near(2 / (5.0 / 8 + 0.001), 0.002));
}

TEST_CASE("learners that share a lane or a port toward the keeper get half of it", "[step]") {
  Round round = star({learner(2, 0), learner(2, 1), learner(2, 1)}, {.every = 5, .quorum = 3});
  const double shared = 2 * (one_way + 2 * size / lane);
  CHECK(play_asynchronously(round).step.value() == near(2 + shared / 5));
  // One that takes less by itself leaves the rest to the other.
  round.learners.back().interfaces = BytesPerSecond(0.4 * lane);
  CHECK(play_asynchronously(round).step.value() ==
        near(2 + 2 * (one_way + size / (0.4 * lane)) / 5));
  round.learners.back().interfaces = BytesPerSecond(0.5 * lane);
  CHECK(play_asynchronously(round).step.value() == near(2 + shared / 5));
  round.learners.back() = learner(2, 2);
  CHECK(play_asynchronously(round).step.value() == near(2 + exchange / 5));
  round.wide.ports.front() = BytesPerSecond(lane);
  CHECK(play_asynchronously(round).step.value() == near(2 + shared / 5));
}

TEST_CASE("streams and other traffic bound what crosses to the keeper", "[step]") {
  Round round = star({learner(2, 0), learner(2, 1)}, {.streams = 2, .every = 5, .quorum = 2});
  round.learners.back().holders = 4;
  round.wide.links.front().per_stream = BytesPerSecond(lane / 16);
  CHECK(play_asynchronously(round).step.value() == near(2 + 2 * (one_way + 2 * size / lane) / 5));
  round.wide.links.front().background = BytesPerSecond(0.75 * lane);
  CHECK(play_asynchronously(round).step.value() == near(2 + 2 * (one_way + 4 * size / lane) / 5));
}

namespace {

// Draws of one random round.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : seed_(seed) {}
  double between(double low, double high) {
    return low + (high - low) * uniform(seed_, 0, number_++);
  }
  std::int64_t count(std::int64_t low, std::int64_t high) {
    return static_cast<std::int64_t>(
        between(static_cast<double>(low), static_cast<double>(high) + 1));
  }

 private:
  std::uint64_t seed_;
  std::uint64_t number_ = 0;
};

Round random_round(std::uint64_t seed) {
  Draws draws(seed);
  std::vector<Learner> learners;
  const std::int64_t n = draws.count(1, 6);
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t site = i == 0 ? 0 : draws.count(0, 3);
    learners.push_back(learner(draws.between(0.5, 2), static_cast<std::size_t>(site)));
    learners.back().interfaces = BytesPerSecond(draws.between(0.2, 5) * lane);
  }
  Round round = star(learners, {.every = draws.count(1, 12),
                                .delay = draws.count(0, 3),
                                .quorum = draws.count(1, n),
                                .grace = Seconds(std::max(0.0, draws.between(-2, 2)))});
  for (BytesPerSecond& port : round.wide.ports) {
    port = BytesPerSecond(std::max(0.0, draws.between(-1, 2) * lane));
  }
  return round;
}

void scale(Round& round, double factor) {
  for (Learner& each : round.learners) each.interfaces = each.interfaces * factor;
  for (BytesPerSecond& port : round.wide.ports) port = port * factor;
  for (hardware::WanLink& link : round.wide.links) link.bandwidth = link.bandwidth * factor;
}

bool slower_with_more(Round round, double factor) {
  const Seconds before = play_asynchronously(round).step;
  scale(round, factor);
  return play_asynchronously(round).step > before * (1 + 1e-9);
}

}  // namespace

TEST_CASE("more bandwidth is not slower where outer steps wait for all or for one", "[step]") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Round round = random_round(seed);
    round.sync.grace = Seconds(0);
    const auto all = static_cast<std::int64_t>(round.learners.size());
    for (const std::int64_t quorum : {std::int64_t{1}, all}) {
      round.sync.quorum = quorum;
      INFO("seed " << seed << ", quorum " << quorum << " of " << all);
      CHECK_FALSE(slower_with_more(round, 1.1));
      CHECK_FALSE(slower_with_more(round, 2));
    }
  }
}

// Else it can be: a part that comes earlier may find the quorum filled without the one it used to
// go with, and wait for a later outer step from then on. Anomalies of that kind are true ones
// (Graham, doi 10.1137/0117039), so they are counted; they are to stay rare.
TEST_CASE("more bandwidth is seldom slower", "[step]") {
  int slower = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    if (slower_with_more(random_round(seed), 1.1)) ++slower;
  }
  WARN(slower << " of 300 rounds are slower with a tenth more bandwidth");
  CHECK(slower <= 9);
}

TEST_CASE("the same round gives the same course", "[step]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Joined one = play_asynchronously(random_round(seed));
    const Joined other = play_asynchronously(random_round(seed));
    CHECK(one.step == other.step);
    CHECK(one.staleness == other.staleness);
    CHECK(one.waited == other.waited);
    CHECK(one.events == other.events);
  }
}

}  // namespace trainyard::step
