// The way between two sites: the route of least latency over long-haul links, which may pass
// through other sites and through ends of links that are no sites.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "hardware/site.hpp"

namespace trainyard::hardware {

// One direction of a link: 2 x link from its `from` to its `to`, and 2 x link + 1.
using WanLane = std::size_t;

struct WanRoute {
  std::vector<WanLane> lanes;  // in the order crossed; none where the sites are not joined
  Seconds latency;
};

class WanRoutes {
 public:
  WanRoutes(const std::vector<std::string>& sites, std::span<const WanLink> links);
  // Of equal routes the one with fewest hops, of these the first in the order of links.
  [[nodiscard]] const WanRoute& between(std::size_t from, std::size_t to) const {
    return routes_[from * sites_ + to];
  }
  // Whether anything gets from one to the other; a site is joined to itself.
  [[nodiscard]] bool joined(std::size_t from, std::size_t to) const {
    return from == to || !between(from, to).lanes.empty();
  }

 private:
  std::size_t sites_;
  std::vector<WanRoute> routes_;  // shape [sites, sites]
};

}  // namespace trainyard::hardware
