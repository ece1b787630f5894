#include "hardware/fabric/full_mesh.hpp"

#include <algorithm>

namespace trainyard::hardware {

FullMesh::FullMesh(const Node& node, std::int64_t /*nodes*/)
    : ports_(node.accelerators),
      pair_{node.scale_up.bandwidth * node.scale_up.efficiency /
                static_cast<double>(std::max<std::int64_t>(1, ports_ - 1)),
            node.scale_up.latency} {}

// The links out of a port stand together, in the order of their other ends.
LinkId FullMesh::between(std::int64_t src, std::int64_t dst) const {
  return LinkId(src * (ports_ - 1) + (dst < src ? dst : dst - 1));
}

void FullMesh::route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const {
  if (src != dst) path.push_back(between(src, dst));
}

LinkId FullMesh::moved(LinkId link, std::span<const std::int64_t> /*node_to*/,
                       std::span<const std::int64_t> port_to) const {
  const std::int64_t src = link.value() / (ports_ - 1);
  const std::int64_t place = link.value() % (ports_ - 1);
  const std::int64_t dst = place < src ? place : place + 1;
  return between(port_to[static_cast<std::size_t>(src)], port_to[static_cast<std::size_t>(dst)]);
}

}  // namespace trainyard::hardware
