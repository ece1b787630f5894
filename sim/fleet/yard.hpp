// The chips of a fleet: where every node of every delivery is, and what the sites' power allows.
// Knows nothing of jobs but which nodes they hold. Deliveries and moves bring lots; what is ready
// of a kind, an owner and a site is a pool, whose nodes have numbers.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "scheduling/nodes.hpp"

namespace trainyard::fleet {

// Nodes of one kind and one owner at one site: what jobs are given nodes from.
struct Pool {
  std::size_t site = 0;
  std::size_t node = 0;
  std::size_t owner = 0;
  scheduling::Nodes idle;       // accelerators no job holds
  scheduling::Intervals ready;  // numbers of the nodes that have power and work, held ones included
  std::int64_t working = 0;     // accelerators of jobs
  bool changed = true;          // since the history was last written

  Pool(std::size_t at, std::size_t kind, std::size_t of, std::int64_t each)
      : site(at), node(kind), owner(of), idle(each) {}
};

class Yard {
 public:
  explicit Yard(const World& world);

  // Lots are numbered: deliveries first, then moves.
  [[nodiscard]] std::size_t lots() const { return lots_.size(); }
  [[nodiscard]] std::size_t pool_of(std::size_t lot) const { return lots_[lot].pool; }
  [[nodiscard]] std::int64_t count(std::size_t lot, ChipState state) const {  // nodes
    return lots_[lot].nodes[static_cast<std::size_t>(state)];
  }
  [[nodiscard]] bool arrived(std::size_t lot) const { return lots_[lot].arrived; }

  void order(std::size_t delivery);
  void ship(std::size_t delivery);
  void arrive(std::size_t lot);

  // Nodes of a delivery that leave it, by where they are: those of them that are ready have to be
  // made idle first (`idle` of the pool), and then leave with `move` or `retire`.
  struct Leaving {
    std::int64_t stored = 0;
    std::int64_t dark = 0;
    std::int64_t installing = 0;
    std::int64_t ready = 0;
  };
  [[nodiscard]] Leaving leaving(std::size_t lot, std::int64_t nodes) const;
  void move(std::size_t move, const Leaving& leaving);
  void retire(std::size_t lot, const Leaving& leaving);

  // What the site may draw now, from power and cooling; infinite: no limit. Zero in an outage.
  void set_limit(std::size_t site, Watts limit);
  // Ready nodes that the limit no longer holds, newest lot first; installations among them have
  // been stopped already. They have to be made idle, and are then switched off by `darken`.
  struct Excess {
    std::size_t lot = 0;
    std::int64_t nodes = 0;
  };
  std::vector<Excess> excess(std::size_t site);
  void darken(const Excess& excess);

  // An installation that `supply` has begun, to be ended by `installed`.
  struct Begun {
    std::size_t installation = 0;
    Instant ends;
  };
  // Gives places to nodes while the site has room, oldest lot first.
  std::vector<Begun> supply(std::size_t site, Instant now);
  // The installation's nodes become ready, less those whose place was taken away meanwhile.
  void installed(std::size_t installation);
  // Sets the clock that the limit allows; true where it changed.
  bool settle_clock(std::size_t site);
  [[nodiscard]] double clock(std::size_t site) const { return clock_[site]; }

  // A ready node of a pool breaks, all of it idle; and comes back under its number. It counts with
  // the lot named where that has ready nodes, else with another of the pool: the lot is returned.
  std::size_t fail(std::size_t pool, std::size_t lot, std::int64_t number);
  void repaired(std::size_t lot, std::int64_t number);
  // Lots whose number of ready nodes changed since the last call.
  std::vector<std::size_t> take_changed();
  // Whether any node became ready since the last call.
  bool take_grown() { return std::exchange(grown_, false); }

  [[nodiscard]] std::vector<Pool>& pools() { return pools_; }
  [[nodiscard]] const std::vector<Pool>& pools() const { return pools_; }

  // Facility power of the site now.
  [[nodiscard]] PowerChange power_now(std::size_t site, Instant now) const;
  // Chips of the pool by state now.
  [[nodiscard]] ChipChange chips_now(std::size_t pool, Instant now) const;

 private:
  struct Lot {
    std::size_t pool = 0;
    Seconds install;
    bool arrived = false;
    std::array<std::int64_t, chip_states> nodes{};  // by state; ready ones all under `powered`
    std::vector<std::size_t> installations;         // not ended, in the order begun
  };
  struct Installation {
    std::size_t lot = 0;
    std::int64_t nodes = 0;
  };

  std::size_t pool_for(std::size_t site, std::size_t node, std::size_t owner);
  void shift(std::size_t lot, ChipState from, ChipState to, std::int64_t nodes);
  void enter(std::size_t lot, ChipState state, std::int64_t nodes);
  void leave(std::size_t lot, ChipState state, std::int64_t nodes);
  void take_out(std::size_t lot, const Leaving& leaving);
  void add_ready(std::size_t pool, std::int64_t nodes);
  void remove_ready(std::size_t pool, std::int64_t nodes);
  std::int64_t stop_installing(Lot& lot, std::int64_t nodes);

  [[nodiscard]] Watts draw(std::size_t lot, double clock) const;
  [[nodiscard]] double floor_clock(std::size_t site) const;
  [[nodiscard]] Watts planned(std::size_t site, double clock) const;

  const World& world_;
  std::vector<Pool> pools_;
  std::vector<scheduling::Intervals> unused_;  // numbers of each pool below `numbers_`
  std::vector<std::int64_t> numbers_;
  std::vector<std::array<std::int64_t, chip_states>> by_state_;  // of each pool, nodes
  std::vector<Lot> lots_;
  std::vector<std::size_t> changed_;  // lots
  bool grown_ = false;
  std::vector<Installation> installations_;   // all that were ever begun
  std::vector<std::vector<std::size_t>> at_;  // lots of each site, in order of arrival as planned
  std::vector<std::vector<std::size_t>> pools_at_;
  std::vector<Watts> limit_;  // by site
  std::vector<double> clock_;
};

// When a delivery arrives and how long its nodes take to install, slips included.
Instant arrival(const World& world, const Delivery& delivery);
Seconds installation(const World& world, const Delivery& delivery);

}  // namespace trainyard::fleet
