#include "hardware/footprint.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace trainyard::hardware {
Footprint::Footprint(std::vector<Part> parts, WideArea wide, std::int64_t streams)
    : parts_(std::move(parts)),
      wide_(std::move(wide)),
      routes_(wide_.sites, wide_.links),
      streams_(streams) {
  EXPECT(!parts_.empty() && streams > 0);
  EXPECT(wide_.ports.size() == wide_.sites.size());
  std::int64_t accelerators = 0;
  std::int64_t links = 0;
  for (const Part& part : parts_) {
    first_.push_back(accelerators);
    first_link_.push_back(links);
    accelerators += part.cluster->accelerators();
    links += part.cluster->links();
  }
  for (const Part& part : parts_) {
    first_border_.push_back(links);
    links += 2 * part.cluster->interfaces();
  }
  first_port_ = links;
  first_lane_ = first_port_ + 2 * static_cast<std::int64_t>(wide_.sites.size());
  first_streams_ = first_lane_ + 2 * static_cast<std::int64_t>(wide_.links.size());
}

std::size_t Footprint::part_of_border(std::int64_t link) const {
  const auto after = std::upper_bound(first_border_.begin(), first_border_.end(), link);
  return static_cast<std::size_t>(after - first_border_.begin()) - 1;
}

// What the streams of one accelerator to one site carry together: as the slowest link lets them.
// None where no link limits them.
std::optional<BytesPerSecond> Footprint::streams(std::int64_t connection) const {
  const auto sites = static_cast<std::int64_t>(wide_.sites.size());
  const std::int64_t accelerator = connection / sites;
  const auto after = std::upper_bound(first_.begin(), first_.end(), accelerator);
  const Part& part = parts_[static_cast<std::size_t>(after - first_.begin()) - 1];
  std::optional<BytesPerSecond> least;
  for (const WanLane lane :
       routes_.between(part.site, static_cast<std::size_t>(connection % sites)).lanes) {
    const BytesPerSecond each = wide_.links[lane / 2].per_stream;
    if (each <= BytesPerSecond(0)) continue;
    const BytesPerSecond all = each * static_cast<double>(streams_);
    least = least ? std::min(*least, all) : all;
  }
  return least;
}

Link Footprint::link(LinkId link) const {
  const std::int64_t number = link.value();
  if (number < first_border_.front()) {
    const auto after = std::upper_bound(first_link_.begin(), first_link_.end(), number);
    const auto part = static_cast<std::size_t>(after - first_link_.begin()) - 1;
    return cluster(part).link(LinkId(number - first_link_[part]));
  }
  if (number < first_port_) {
    const Node& node = cluster(part_of_border(number)).node();
    return {node.nic.bandwidth * node.nic.efficiency, node.nic.latency / 2};
  }
  if (number < first_lane_) {
    return {wide_.ports[static_cast<std::size_t>((number - first_port_) / 2)], Seconds(0)};
  }
  if (number >= first_streams_) return {*streams(number - first_streams_), Seconds(0)};
  const WanLink& wan = wide_.links[static_cast<std::size_t>((number - first_lane_) / 2)];
  return {wan.bandwidth - wan.background, Seconds(0)};
}

std::string_view Footprint::kind_of(LinkId link) const {
  const std::int64_t number = link.value();
  if (number < first_border_.front()) {
    const auto after = std::upper_bound(first_link_.begin(), first_link_.end(), number);
    const auto part = static_cast<std::size_t>(after - first_link_.begin()) - 1;
    return cluster(part).kind_of(LinkId(number - first_link_[part]));
  }
  if (number < first_port_)
    return (number - first_border_.front()) % 2 == 0 ? "border out" : "border in";
  if (number < first_lane_) return "site port";
  return number < first_streams_ ? "wan link" : "wan streams";
}

LinkId Footprint::border(End at, bool out) const {
  const std::int64_t interface = cluster(at.part).interface_of(at.accelerator);
  return LinkId(first_border_[at.part] + 2 * interface + (out ? 0 : 1));
}

void Footprint::leave(End from, std::vector<LinkId>& path) const {
  const std::size_t first = path.size();
  const bool top = cluster(from.part).leave(from.accelerator, path);
  for (std::size_t i = first; i < path.size(); ++i) {
    path[i] = LinkId(path[i].value() + first_link_[from.part]);
  }
  if (!top) path.push_back(border(from, true));
}

void Footprint::enter(End to, std::vector<LinkId>& path) const {
  if (!cluster(to.part).has_top()) path.push_back(border(to, false));
  const std::size_t first = path.size();
  cluster(to.part).enter(to.accelerator, path);
  for (std::size_t i = first; i < path.size(); ++i) {
    path[i] = LinkId(path[i].value() + first_link_[to.part]);
  }
}

void Footprint::long_haul(End from, std::size_t to, Way& way) const {
  const std::size_t site = parts_[from.part].site;
  const auto sites = static_cast<std::int64_t>(wide_.sites.size());
  const WanRoute& route = routes_.between(site, to);
  EXPECT(routes_.joined(site, to));
  const std::int64_t connection =
      (first_[from.part] + from.accelerator) * sites + static_cast<std::int64_t>(to);
  if (streams(connection)) way.path.emplace_back(first_streams_ + connection);
  const auto limited = [&](std::size_t at) { return wide_.ports[at] > BytesPerSecond(0); };
  if (limited(site)) way.path.emplace_back(first_port_ + 2 * static_cast<std::int64_t>(site));
  for (const WanLane lane : route.lanes) {
    way.path.emplace_back(first_lane_ + static_cast<std::int64_t>(lane));
  }
  if (limited(to)) way.path.emplace_back(first_port_ + 2 * static_cast<std::int64_t>(to) + 1);
  way.propagation = route.latency;
}

Footprint::Way Footprint::way(End from, End to) const {
  EXPECT(from.part != to.part);
  Way way;
  leave(from, way.path);
  if (parts_[from.part].site != parts_[to.part].site) long_haul(from, parts_[to.part].site, way);
  enter(to, way.path);
  return way;
}

}  // namespace trainyard::hardware
