#include "hardware/wan_routes.hpp"

#include <algorithm>
#include <limits>

namespace trainyard::hardware {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::size_t nothing = std::numeric_limits<std::size_t>::max();

// Sites first, so that they keep their numbers; then other ends of links, which routes may cross.
std::vector<std::string> vertices(std::vector<std::string> names, std::span<const WanLink> links) {
  for (const WanLink& link : links) {
    for (const std::string& end : {link.from, link.to}) {
      if (std::find(names.begin(), names.end(), end) == names.end()) names.push_back(end);
    }
  }
  return names;
}

// A lane with its ends: indices into `vertices`.
struct Hop {
  std::size_t from = 0;
  std::size_t to = 0;
  Seconds latency;
};

std::vector<Hop> hops(std::span<const WanLink> links, const std::vector<std::string>& names) {
  const auto index = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  std::vector<Hop> hops;
  for (const WanLink& link : links) {
    hops.push_back({index(link.from), index(link.to), link.latency});
    hops.push_back({index(link.to), index(link.from), link.latency});
  }
  return hops;
}

// Least latency, then fewest hops.
struct Distance {
  Seconds latency{infinite};
  std::int64_t hops = 0;
  friend auto operator<=>(const Distance&, const Distance&) = default;
};

// The last hop to each vertex on the way from `source`, after Bellman and Ford: of equal routes the
// one found first, in the order of links.
std::vector<std::size_t> last_hops(const std::vector<Hop>& hops, std::size_t source,
                                   std::size_t vertices) {
  std::vector<Distance> distances(vertices);
  std::vector<std::size_t> last(vertices, nothing);
  distances[source] = {Seconds(0), 0};
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < hops.size(); ++i) {
      const Distance& before = distances[hops[i].from];
      const Distance through{before.latency + hops[i].latency, before.hops + 1};
      if (before.latency.value() == infinite || !(through < distances[hops[i].to])) continue;
      distances[hops[i].to] = through;
      last[hops[i].to] = i;
      changed = true;
    }
  }
  return last;
}

}  // namespace

WanRoutes::WanRoutes(const std::vector<std::string>& sites, std::span<const WanLink> links)
    : sites_(sites.size()), routes_(sites_ * sites_) {
  const std::vector<std::string> names = vertices(sites, links);
  const std::vector<Hop> lanes = hops(links, names);
  for (std::size_t from = 0; from < sites_; ++from) {
    const std::vector<std::size_t> last = last_hops(lanes, from, names.size());
    for (std::size_t to = 0; to < sites_; ++to) {
      WanRoute& route = routes_[from * sites_ + to];
      for (std::size_t at = to; at != from && last[at] != nothing; at = lanes[last[at]].from) {
        route.lanes.push_back(last[at]);
        route.latency += lanes[last[at]].latency;
      }
      std::reverse(route.lanes.begin(), route.lanes.end());
    }
  }
}

}  // namespace trainyard::hardware
