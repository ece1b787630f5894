#include "hardware/cluster.hpp"

#include "base/catalog.hpp"
#include "base/check.hpp"

namespace trainyard::hardware {
namespace {

std::unique_ptr<Fabric> made(const std::string& kind, const Node& node, std::int64_t nodes) {
  const FabricRow* row = find_row(fabrics(), kind);
  EXPECT(row != nullptr);
  return row->make(node, nodes);
}

}  // namespace

Cluster::Cluster(const Node& node, std::int64_t nodes)
    : node_(node),
      nodes_(nodes),
      up_(made(node.scale_up.kind, node, 1)),
      out_(made(node.scale_out.kind, node, nodes)) {
  EXPECT(nodes > 0);
}

// Numbering: scale-up links node by node, scale-out links, one ingest link for each node.
std::int64_t Cluster::links() const {
  return nodes_ * up_->links() + out_->links() + nodes_;
}

Link Cluster::link(LinkId link) const {
  const std::int64_t inside = nodes_ * up_->links();
  if (link.value() < inside) return up_->link(LinkId(link.value() % up_->links()));
  if (link.value() < inside + out_->links()) return out_->link(LinkId(link.value() - inside));
  return {node_.ingest, Seconds(0)};
}

std::int64_t Cluster::nic_of(std::int64_t local) const {
  return local * node_.nics / node_.accelerators;
}

void Cluster::scale_up(std::int64_t node, std::int64_t src, std::int64_t dst,
                       std::vector<LinkId>& path) const {
  const std::size_t first = path.size();
  up_->route(src, dst, path);
  for (std::size_t i = first; i < path.size(); ++i) {
    path[i] = LinkId(path[i].value() + node * up_->links());
  }
}

void Cluster::route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const {
  const std::int64_t src_node = node_of(src);
  const std::int64_t dst_node = node_of(dst);
  const std::int64_t src_local = src % node_.accelerators;
  const std::int64_t dst_local = dst % node_.accelerators;
  if (src_node == dst_node) return scale_up(src_node, src_local, dst_local, path);

  const std::int64_t rail = nic_of(dst_local);
  if (nic_of(src_local) != rail) scale_up(src_node, src_local, dst_local, path);
  const std::size_t first = path.size();
  out_->route(src_node * node_.nics + rail, dst_node * node_.nics + rail, path);
  for (std::size_t i = first; i < path.size(); ++i) {
    path[i] = LinkId(path[i].value() + nodes_ * up_->links());
  }
}

void Cluster::ingest(std::int64_t accelerator, std::vector<LinkId>& path) const {
  path.emplace_back(nodes_ * up_->links() + out_->links() + node_of(accelerator));
}

}  // namespace trainyard::hardware
