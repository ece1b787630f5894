// What holds in every fleet, over a few hundred drawn at random. Each law names the first moment at
// which it is broken; "" is kept.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "fleet/play.hpp"
#include "support/random_worlds.hpp"

namespace trainyard::fleet {
namespace {

constexpr std::uint64_t fleets = 300;

struct Played {
  World world;
  std::vector<step::Task> tasks = worlds::random_tasks();
  History history;

  explicit Played(World of) : world(std::move(of)) {
    worlds::SteadyRates rates(tasks);
    history = play(world, tasks, rates);
  }
  explicit Played(std::uint64_t seed) : Played(worlds::random_world(seed)) {}

  [[nodiscard]] std::int64_t each(std::size_t node) const { return world.nodes[node].accelerators; }
};

using PoolKey = std::tuple<std::size_t, std::size_t, std::size_t>;  // site, node, owner
using Counts = std::array<std::int64_t, chip_states>;

std::int64_t in(const Counts& counts, ChipState state) {
  return counts[static_cast<std::size_t>(state)];
}

// The fleet at one moment, after all that happens then.
struct Moment {
  Instant time;
  std::map<PoolKey, Counts> chips;
  std::vector<PowerChange> power;  // by site
};

// Calls see(moment) at every time at which something changes or arrives, and at the start.
void each_moment(const Played& fleet, const std::function<void(const Moment&)>& see) {
  std::set<Instant> times{fleet.world.from};
  for (const ChipChange& change : fleet.history.chips) times.insert(change.time);
  for (const PowerChange& change : fleet.history.power) times.insert(change.time);
  for (const Allocation& one : fleet.history.allocations) {
    times.insert({one.start, one.computing, one.end});
  }
  for (const Delivery& one : fleet.world.deliveries) {
    times.insert(std::max(fleet.world.from, one.arrives));
  }
  Moment moment{.power = std::vector<PowerChange>(fleet.world.sites.size())};
  auto chip = fleet.history.chips.begin();
  auto power = fleet.history.power.begin();
  for (const Instant time : times) {
    if (time > fleet.world.to) break;
    moment.time = time;
    for (; chip != fleet.history.chips.end() && chip->time <= time; ++chip) {
      moment.chips[{chip->site, chip->node, chip->owner}] = chip->chips;
    }
    for (; power != fleet.history.power.end() && power->time <= time; ++power) {
      moment.power[power->site] = *power;
    }
    see(moment);
  }
}

// The first moment of the first fleet that breaks a law. `broken` returns what is wrong, or "".
using Law = std::function<std::string(const Played&, const Moment&)>;
std::string first_broken(const Law& broken) {
  std::string first;
  for (std::uint64_t seed = 0; seed < fleets && first.empty(); ++seed) {
    const Played fleet(seed);
    each_moment(fleet, [&](const Moment& moment) {
      if (!first.empty()) return;
      const std::string what = broken(fleet, moment);
      if (what.empty()) return;
      first = fmt::format("fleet {}, day {}: {}", seed,
                          (moment.time - worlds::new_year).value() / 86400, what);
    });
  }
  return first;
}

bool running(const Allocation& one, Instant at) {
  return one.start <= at && at < one.end;
}

std::int64_t arrived(const World& world, const PoolKey& pool, Instant at) {
  std::int64_t nodes = 0;
  for (const Delivery& one : world.deliveries) {
    if (PoolKey{one.site, one.node, one.owner} == pool && one.arrives <= at) nodes += one.nodes;
  }
  return nodes * world.nodes[std::get<1>(pool)].accelerators;
}

// Nodes at a site, of all owners, that are ready and that jobs hold.
struct Nodes {
  std::int64_t ready = 0;
  std::int64_t held = 0;
};
Nodes nodes(const Played& fleet, const Moment& moment, std::size_t site, std::size_t node) {
  Nodes sum;
  for (const auto& [pool, counts] : moment.chips) {
    if (std::get<0>(pool) != site || std::get<1>(pool) != node) continue;
    sum.ready += in(counts, ChipState::powered) + in(counts, ChipState::busy);
  }
  sum.ready /= fleet.each(node);
  for (const Allocation& one : fleet.history.allocations) {
    const Job& job = fleet.world.jobs[one.job];
    if (job.options[0].site == site && job.options[0].node == node && running(one, moment.time))
      sum.held += one.nodes;
  }
  return sum;
}

double draw(const Played& fleet, const PoolKey& pool) {
  return planned_draw(fleet.world.sites[std::get<0>(pool)], fleet.world.nodes[std::get<1>(pool)])
      .value();
}

}  // namespace

TEST_CASE("the five states sum to the chips that have arrived, and none is negative",
          "[fleet][law]") {
  CHECK(first_broken([](const Played& fleet, const Moment& moment) -> std::string {
          for (const Delivery& one : fleet.world.deliveries) {
            const PoolKey pool{one.site, one.node, one.owner};
            const auto found = moment.chips.find(pool);
            const Counts counts = found == moment.chips.end() ? Counts{} : found->second;
            std::int64_t sum = 0;
            for (const std::int64_t count : counts) {
              if (count < 0) return "a negative count";
              sum += count;
            }
            const std::int64_t expected = arrived(fleet.world, pool, moment.time);
            if (sum != expected) return fmt::format("{} chips of {}", sum, expected);
          }
          return "";
        }) == "");
}

TEST_CASE("planned power is that of the nodes with places and never exceeds the limit",
          "[fleet][law]") {
  CHECK(first_broken([](const Played& fleet, const Moment& moment) -> std::string {
          for (std::size_t site = 0; site < fleet.world.sites.size(); ++site) {
            double planned = 0;
            for (const auto& [pool, counts] : moment.chips) {
              if (std::get<0>(pool) != site) continue;
              const std::int64_t placed = in(counts, ChipState::installing) +
                                          in(counts, ChipState::powered) +
                                          in(counts, ChipState::busy);
              planned += draw(fleet, pool) * static_cast<double>(placed) /
                         static_cast<double>(fleet.each(std::get<1>(pool)));
            }
            const PowerChange& power = moment.power[site];
            if (power.planned.value() != Approx(planned).epsilon(1e-12)) {
              return fmt::format("{} W planned, {} expected", power.planned.value(), planned);
            }
            if (power.planned > power.limit * (1 + 3e-12)) return "planned exceeds the limit";
            if (power.drawn > power.planned * (1 + 1e-12)) return "drawn exceeds what is planned";
          }
          return "";
        }) == "");
}

TEST_CASE("the limit is that of the phase that began last", "[fleet][law]") {
  CHECK(first_broken([](const Played& fleet, const Moment& moment) -> std::string {
          for (std::size_t site = 0; site < fleet.world.sites.size(); ++site) {
            const auto& phases = fleet.world.sites[site].power;
            Watts limit(phases.empty() ? std::numeric_limits<double>::infinity() : 0);
            for (const PowerPhase& phase : phases) {
              if (phase.from <= moment.time) limit = phase.limit;
            }
            if (moment.power[site].limit != limit) return "not that of the phase";
          }
          return "";
        }) == "");
}

TEST_CASE("no chip is left without power where the limit has room for its node", "[fleet][law]") {
  CHECK(first_broken([](const Played& fleet, const Moment& moment) -> std::string {
          for (const auto& [pool, counts] : moment.chips) {
            const PowerChange& power = moment.power[std::get<0>(pool)];
            const std::int64_t waiting =
                in(counts, ChipState::in_storage) + in(counts, ChipState::installed);
            const double room = (power.limit - power.planned).value();
            if (waiting > 0 && room > draw(fleet, pool) * (1 + 1e-9)) {
              return fmt::format("{} W of room, {} chips wait", room, waiting);
            }
          }
          return "";
        }) == "");
}

TEST_CASE("busy chips are what the running jobs' plans use of their chips", "[fleet][law]") {
  CHECK(first_broken([](const Played& fleet, const Moment& moment) -> std::string {
          std::map<std::pair<std::size_t, std::size_t>, std::int64_t> busy;
          for (const auto& [pool, counts] : moment.chips) {
            busy[{std::get<0>(pool), std::get<1>(pool)}] += in(counts, ChipState::busy);
          }
          for (const Allocation& one : fleet.history.allocations) {
            if (!running(one, moment.time) || moment.time == fleet.world.to) continue;
            const Job& job = fleet.world.jobs[one.job];
            busy[{job.options[0].site, job.options[0].node}] -= one.chips - one.left_over;
          }
          for (const auto& [place, left] : busy) {
            if (left != 0 && moment.time != fleet.world.to) {
              return fmt::format("{} more than the jobs use", left);
            }
          }
          return "";
        }) == "");
}

TEST_CASE("jobs never hold more nodes than are ready", "[fleet][law]") {
  CHECK(first_broken([](const Played& fleet, const Moment& moment) -> std::string {
          for (std::size_t site = 0; site < fleet.world.sites.size(); ++site) {
            for (std::size_t node = 0; node < fleet.world.nodes.size(); ++node) {
              const Nodes now = nodes(fleet, moment, site, node);
              if (now.held > now.ready) {
                return fmt::format("{} nodes held of {}", now.held, now.ready);
              }
            }
          }
          return "";
        }) == "");
}

TEST_CASE("no job waits while the chips it may use are idle and hold its plan", "[fleet][law]") {
  CHECK(first_broken([](const Played& fleet, const Moment& moment) -> std::string {
          for (std::size_t j = 0; j < fleet.world.jobs.size(); ++j) {
            const Job& job = fleet.world.jobs[j];
            const auto& finished = fleet.history.jobs[j].finished;
            const bool works = std::any_of(
                fleet.history.allocations.begin(), fleet.history.allocations.end(),
                [&](const Allocation& one) { return one.job == j && running(one, moment.time); });
            if (works || job.from > moment.time || (finished && *finished <= moment.time) ||
                moment.time == fleet.world.to || job.chip_owners.size() < 2) {
              continue;
            }
            const Nodes now = nodes(fleet, moment, job.options[0].site, job.options[0].node);
            const std::int64_t idle = now.ready - now.held;
            const std::int64_t each = fleet.each(job.options[0].node);
            const std::int64_t wanted =
                !job.gangs.empty() ? (job.gangs.front() + each - 1) / each : idle;
            if (idle > 0 && idle >= wanted &&
                step::plan_on(fleet.tasks[job.options[0].task], wanted)) {
              return fmt::format("job {} waits, {} nodes idle", j, idle);
            }
          }
          return "";
        }) == "");
}

TEST_CASE("a job's samples are what its allocations trained less what was lost", "[fleet][law]") {
  std::int64_t fell_back = 0;
  std::int64_t reached = 0;
  for (std::uint64_t seed = 0; seed < fleets; ++seed) {
    const Played fleet(seed);
    CAPTURE(seed);
    for (std::size_t j = 0; j < fleet.world.jobs.size(); ++j) {
      const Job& job = fleet.world.jobs[j];
      const JobResult& result = fleet.history.jobs[j];
      double trained = 0;
      for (const Allocation& one : fleet.history.allocations) {
        if (one.job != j) continue;
        const step::Answer& answer = fleet.history.answers[one.answer].answer;
        trained += answer.samples / answer.duration.value() * (one.end - one.computing).value();
      }
      // Times of the calendar are exact to 2.4e-7 s.
      CHECK(result.samples + result.lost_samples == Approx(trained).epsilon(1e-9).margin(0.01));
      CHECK(result.lost_samples >= 0);
      CHECK(result.samples <= job.target_samples.value_or(1e300));
      if (result.finished) CHECK(result.samples == *job.target_samples);
      fell_back += result.lost_samples > 0 ? 1 : 0;
      reached += result.finished ? 1 : 0;
    }
  }
  // The laws above say something only where such things happen.
  CHECK(fell_back > 20);
  CHECK(reached > 100);
}

TEST_CASE("a job's allocations follow each other, each in order and within the horizon",
          "[fleet][law]") {
  std::int64_t again = 0;
  for (std::uint64_t seed = 0; seed < fleets; ++seed) {
    const Played fleet(seed);
    CAPTURE(seed);
    std::map<std::size_t, Instant> end;
    for (const Allocation& one : fleet.history.allocations) {
      const Job& job = fleet.world.jobs[one.job];
      CHECK(one.start <= one.computing);
      CHECK(one.computing <= one.end);
      CHECK(one.end <= fleet.world.to);
      CHECK(one.computing <= one.start + job.restart);
      if (one.end > one.computing) CHECK(one.computing == one.start + job.restart);
      CHECK(one.chips == one.nodes * fleet.each(job.options[0].node));
      CHECK(one.left_over >= 0);
      if (end.contains(one.job)) {
        ++again;
        CHECK(one.start >= end[one.job]);
      } else {
        CHECK(one.start == fleet.history.jobs[one.job].started);
        CHECK(one.start >= std::max(job.from, fleet.world.from));
      }
      end[one.job] = one.end;
    }
  }
  CHECK(again > 100);
}

TEST_CASE("the order in which deliveries at different sites are listed does not matter",
          "[fleet][law]") {
  // Chips of different pools that change at one moment may be told in another order.
  const auto sorted = [](History history) {
    std::stable_sort(history.chips.begin(), history.chips.end(),
                     [](const ChipChange& a, const ChipChange& b) {
                       return std::tuple(a.time, a.site, a.node, a.owner) <
                              std::tuple(b.time, b.site, b.node, b.owner);
                     });
    return worlds::numbers(history);
  };
  std::int64_t changed = 0;
  for (std::uint64_t seed = 0; seed < fleets; ++seed) {
    const World world = worlds::random_world(seed);
    World grouped = world;
    std::stable_sort(grouped.deliveries.begin(), grouped.deliveries.end(),
                     [](const Delivery& a, const Delivery& b) { return a.site > b.site; });
    for (std::size_t d = 0; d < world.deliveries.size(); ++d) {
      changed += world.deliveries[d].site != grouped.deliveries[d].site ? 1 : 0;
    }
    CAPTURE(seed);
    CHECK(sorted(Played(world).history) == sorted(Played(grouped).history));
  }
  CHECK(changed > 100);
}

TEST_CASE("what happens at one site does not depend on the others", "[fleet][law]") {
  std::int64_t compared = 0;
  for (std::uint64_t seed = 0; seed < fleets; ++seed) {
    const Played all(seed);
    World alone = all.world;
    std::erase_if(alone.deliveries, [](const Delivery& one) { return one.site != 0; });
    std::erase_if(alone.jobs, [](const Job& job) { return job.options[0].site != 0; });
    const Played first(alone);
    CAPTURE(seed);
    for (const Instant time : {worlds::day(7), worlds::day(23.3), worlds::day(44), alone.to}) {
      for (std::size_t node = 0; node < alone.nodes.size(); ++node) {
        CHECK(worlds::chips(all.history, time, 0, node) ==
              worlds::chips(first.history, time, 0, node));
        ++compared;
      }
      CHECK(worlds::power(all.history, time).planned == worlds::power(first.history, time).planned);
    }
    std::vector<double> samples;
    for (std::size_t j = 0; j < all.world.jobs.size(); ++j) {
      if (all.world.jobs[j].options[0].site == 0) samples.push_back(all.history.jobs[j].samples);
    }
    for (std::size_t j = 0; j < samples.size(); ++j) {
      CHECK(samples[j] == first.history.jobs[j].samples);
    }
  }
  CHECK(compared > 1000);
}

}  // namespace trainyard::fleet
