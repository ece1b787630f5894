// The chips of a fleet: where every node of every delivery is, and what the sites' power allows.
// Knows nothing of jobs but how many nodes they hold in each pool.
#pragma once

#include <cstdint>
#include <vector>

#include "fleet/history.hpp"
#include "fleet/world.hpp"

namespace trainyard::fleet {

// Nodes of one kind and one owner at one site: what jobs are given nodes from.
struct Pool {
  std::size_t site = 0;
  std::size_t node = 0;
  std::size_t owner = 0;
  std::int64_t ready = 0;    // installed and powered
  std::int64_t held = 0;     // of these, by jobs
  std::int64_t working = 0;  // accelerators, of those held

  [[nodiscard]] std::int64_t idle() const { return ready - held; }
};

class Yard {
 public:
  explicit Yard(const World& world);

  void arrive(std::size_t delivery);
  void set_limit(std::size_t site, Watts limit);

  // An installation that `power` has begun, to be ended by `installed`.
  struct Begun {
    std::size_t installation = 0;
    Instant ends;
  };
  // Takes places from nodes where the site's limit is exceeded, newest delivery first, and gives
  // them to nodes while it has room, oldest first.
  std::vector<Begun> power(std::size_t site, Instant now);
  // The installation's nodes become ready, less those whose place was taken away meanwhile.
  void installed(std::size_t installation);

  [[nodiscard]] std::vector<Pool>& pools() { return pools_; }
  [[nodiscard]] const std::vector<Pool>& pools() const { return pools_; }
  [[nodiscard]] std::size_t pool_index(std::size_t site, std::size_t node, std::size_t owner) const;

  // Facility power of the site now.
  [[nodiscard]] PowerChange power_now(std::size_t site, Instant now) const;
  // Chips of the pool by state now.
  [[nodiscard]] ChipChange chips_now(std::size_t pool, Instant now) const;

 private:
  // Nodes of a delivery by where they are; ready ones are in its pool.
  struct Lot {
    std::size_t pool = 0;
    std::int64_t stored = 0;
    std::int64_t installing = 0;
    std::int64_t dark = 0;  // installed, without power
    std::int64_t ready = 0;
    std::vector<std::size_t> installations;  // not ended, in the order begun
  };
  struct Installation {
    std::size_t lot = 0;
    std::int64_t nodes = 0;
  };

  [[nodiscard]] Watts draw(std::size_t lot) const;
  [[nodiscard]] Watts planned(std::size_t site) const;
  void take_places(std::size_t site);
  std::int64_t stop_installing(Lot& lot, std::int64_t nodes);
  std::vector<Begun> give_places(std::size_t site, Instant now);

  const World& world_;
  std::vector<Pool> pools_;
  std::vector<Lot> lots_;                     // by delivery
  std::vector<Installation> installations_;   // all that were ever begun
  std::vector<std::vector<std::size_t>> at_;  // deliveries of each site, in order of arrival
  std::vector<Watts> limit_;                  // by site
};

}  // namespace trainyard::fleet
