// What the chips at a site cost, second by second: who bears what, and what a chip of a kind and an
// owner costs over a stretch of time. Shares of a site's bills are those of the planned draw:
// energy of the chips that have power and work, colocation of those that have a place, staff of all
// that stand there.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "measure/bins.hpp"

namespace trainyard::measure {

enum class CostKind { capex, energy, colocation, staff };
inline constexpr std::array<std::string_view, 4> cost_kind_names{"capex", "energy", "colocation",
                                                                 "staff"};
inline constexpr std::size_t cost_kinds = cost_kind_names.size();
using Costs = std::array<double, cost_kinds>;  // USD

// The chips of one kind and owner at the site while nothing changes.
struct CostSpan {
  std::size_t bin = 0;
  std::size_t owner = 0;
  Seconds length;
  double ready = 0;  // chips that have power and work, busy ones included
  double busy = 0;
  Costs all{};   // of all its chips
  Costs idle{};  // of this, of those that are not busy
};

class SiteCosts {
 public:
  // Calls `visit` for every pool and every stretch of time in which nothing changes, bins included.
  SiteCosts(const fleet::World& world, const fleet::History& history, const Bins& bins,
            std::size_t site, const std::function<void(const CostSpan&)>& visit);

  // Of one busy chip; exact between starts and ends of allocations.
  [[nodiscard]] Costs of_chip(std::size_t node, std::size_t owner, Instant begin,
                              Instant end) const;

 private:
  class Sweep;
  using Key = std::pair<std::size_t, std::size_t>;  // node, owner
  struct Pool {
    double watts = 0;              // planned draw of a chip
    double capital = 0;            // USD/s of a chip that is being paid off
    std::vector<double> paid_off;  // [knots] time times the share of its chips that are
  };

  // Of a unit until then: time that is paid for, of capex; else USD for a watt of planned draw.
  [[nodiscard]] Costs until(Instant time, const Pool& pool) const;

  std::map<Key, Pool> pools_;
  std::vector<Instant> knots_;   // nothing changes between two
  std::vector<Costs> per_watt_;  // [knots] sums until then; none of capex
};

}  // namespace trainyard::measure
