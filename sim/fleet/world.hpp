// What a fleet is made of and what is asked of it: sites, chips and their moves, jobs, what breaks,
// over a horizon. Filled by `scenario`, played by `fleet`. Things refer to each other by index; all
// indices are valid.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/distribution.hpp"
#include "base/units.hpp"
#include "fleet/failure.hpp"
#include "fleet/job.hpp"
#include "fleet/money.hpp"
#include "hardware/node.hpp"
#include "hardware/site.hpp"
#include "scheduling/policy.hpp"
#include "step/task.hpp"

namespace trainyard::fleet {

// From a date on, what the site may draw, cooling included (facility power), or what its cooling
// carries away (power of the nodes alone). The phase that began last holds; before the first there
// is none.
struct PowerPhase {
  std::string name;
  Instant from;
  Watts limit;
};

// A time without power, or of a link without traffic.
struct Outage {
  std::string name;
  Instant from;
  Seconds lasts;
};

// A substation that opens when the site draws more than it carries. The site is dark for `lasts`,
// and kept under the limit from then on.
struct Trip {
  Watts above;
  Seconds lasts;
};

// What a powered node is counted with under a cap.
enum class PowerBasis { measured, rated };

// What is done about power that falls short: chips are switched off, newest delivery first, or all
// clocks are lowered, down to the slowest, before any chip is.
enum class Shortage { stop, slow };

// A store that all jobs of a site write checkpoints to and read from.
struct Store {
  BytesPerSecond bandwidth;  // of all together; 0: no limit
  BytesPerSecond per_node;   // of one node's path to it; 0: no limit
};

struct Site {
  hardware::Site place;
  std::vector<PowerPhase> power;    // in order of time; empty: no limit
  std::vector<PowerPhase> cooling;  // the same
  PowerBasis basis = PowerBasis::measured;
  Shortage shortage = Shortage::stop;
  double slowest = 0.6;  // clock, of the usual one
  std::vector<Outage> outages;
  std::optional<Trip> trip;
  Store store;
};

// Whole nodes of one kind that arrive at a site at once. Moves carry chips on from here.
struct Delivery {
  std::string name;
  std::size_t site = 0;
  std::size_t node = 0;
  std::size_t owner = 0;
  std::optional<Instant> ordered;  // from then on they are counted; none: from shipping on
  Instant arrives;                 // as planned
  Distribution slip;               // later than planned, seconds
  Seconds shipping;                // on the way for so long before it arrives
  Seconds install;                 // from getting a powered place to computing
  Distribution install_slip;       // longer than planned, seconds
  std::optional<Instant> retires;
  std::int64_t nodes = 0;
};

// Nodes of a delivery that change place, owner, or both.
struct Move {
  std::string name;
  std::size_t delivery = 0;  // where they came from
  std::int64_t nodes = 0;
  Instant at;
  std::size_t site = 0;
  std::size_t owner = 0;
  Seconds transit;  // at the same site: 0, and nothing is installed anew
  Seconds install;
};

struct WanOutage {
  std::size_t link = 0;
  Outage outage;
};

// How jobs get chips.
struct Scheduling {
  std::string policy = "priority";        // a row of scheduling::policies()
  std::string placement = "consolidate";  // a row of scheduling::placements()
  enum class Prefer : std::uint8_t { order, speed, cost, power, carbon } prefer = Prefer::order;
  scheduling::Settings settings;
};

// A job on several kinds of nodes or at several sites: every section of its branches is a member, a
// job of its own on its own chips (step/joint.hpp). Members train at the pace of those branches all
// of whose sections do; while these are too few, all wait.
struct Member {
  std::size_t job = 0;
  std::size_t branch = 0;
  std::size_t section = 0;  // of the branch
};
struct Team {
  std::string name;
  std::vector<Member> members;
  std::size_t branches = 1;
  // By the set of branches that train, branch b counting 2^b: none where they are too few. The last
  // is that of all.
  std::vector<std::size_t> tasks;
  std::optional<double> target_samples;  // of all together
};

struct World {
  std::string variant;  // name, "" where there is only one
  std::uint64_t seed = 0;
  Instant from;
  Instant to;
  Seconds bin;
  std::vector<Site> sites;
  std::vector<hardware::WanLink> wan;
  std::vector<WanOutage> wan_outages;
  std::vector<hardware::Node> nodes;
  std::vector<std::string> owners;
  std::vector<Delivery> deliveries;
  std::vector<Move> moves;
  std::vector<Job> jobs;
  std::vector<Team> teams;
  std::vector<Workload> workloads;
  Failures failures;
  Scheduling scheduling;
  Money money;
};

// Facility power that a powered node counts with at the site, at a clock.
Watts planned_draw(const Site& site, const hardware::Node& node, double clock = 1);

}  // namespace trainyard::fleet
