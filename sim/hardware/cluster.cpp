#include "hardware/cluster.hpp"

#include <algorithm>
#include <numeric>

#include "base/catalog.hpp"
#include "base/check.hpp"

namespace trainyard::hardware {
namespace {

std::unique_ptr<Fabric> made(const std::string& kind, const Node& node, std::int64_t nodes) {
  const FabricRow* row = find_row(fabrics(), kind);
  EXPECT(row != nullptr);
  return row->make(node, nodes);
}

std::vector<double> speeds(const Faults& faults, std::int64_t nodes) {
  if (faults.nodes.empty()) return {};
  std::vector<double> speed(static_cast<std::size_t>(nodes), 1.0);
  for (const NodeFault& fault : faults.nodes) {
    EXPECT(fault.node >= 0 && fault.node < nodes);
    speed[static_cast<std::size_t>(fault.node)] = fault.speed;
  }
  return speed;
}

std::vector<std::int64_t> working(const std::vector<double>& speed, std::int64_t nodes) {
  std::vector<std::int64_t> all;
  for (std::int64_t node = 0; node < nodes; ++node) {
    if (speed.empty() || speed[static_cast<std::size_t>(node)] > 0) all.push_back(node);
  }
  return all;
}

}  // namespace

Cluster::Cluster(const Node& node, std::int64_t nodes, const Faults& faults)
    : node_(node),
      standing_(nodes),
      healthy_(faults.empty()),
      speed_(speeds(faults, nodes)),
      up_(made(node.scale_up.kind, node, 1)),
      out_(made(node.scale_out.kind, node, nodes)),
      first_out_(nodes * up_->links()),
      first_ingest_(first_out_ + out_->links()),
      same_ports_(static_cast<std::size_t>(std::max(node.nics, node.accelerators))) {
  working_ = working(speed_, nodes);
  EXPECT(!working_.empty());
  std::iota(same_ports_.begin(), same_ports_.end(), 0);
  for (const InterfaceFault& fault : faults.interfaces) set_interface(fault);
  for (const LinkFault& fault : faults.links) set_link(fault);
}

void Cluster::set_interface(const InterfaceFault& fault) {
  EXPECT(fault.node >= 0 && fault.node < standing_);
  EXPECT(fault.interface >= 0 && fault.interface < node_.nics);
  const std::int64_t port = fault.node * node_.nics + fault.interface;
  if (fault.bandwidth_factor > 0) {
    set_link({"nic out", port, fault.bandwidth_factor});
    set_link({"nic in", port, fault.bandwidth_factor});
    return;
  }
  if (dead_.empty()) dead_.resize(static_cast<std::size_t>(standing_ * node_.nics));
  dead_[static_cast<std::size_t>(port)] = true;
}

void Cluster::set_link(const LinkFault& fault) {
  EXPECT(fault.bandwidth_factor > 0);
  std::int64_t left = fault.index;
  for (std::int64_t i = 0; i < out_->links(); ++i) {
    if (out_->kind_of(LinkId(i)) != fault.kind || left-- != 0) continue;
    factor_[LinkId(first_out_ + i)] = fault.bandwidth_factor;
    return;
  }
  EXPECT(!"the link of a fault exists");
}

double Cluster::speed(std::int64_t node) const {
  if (speed_.empty()) return 1;
  return speed_[static_cast<std::size_t>(working_[static_cast<std::size_t>(node)])];
}

Link Cluster::link(LinkId link) const {
  if (link.value() < first_out_) return up_->link(LinkId(link.value() % up_->links()));
  if (link.value() >= first_ingest_) return {node_.ingest, Seconds(0)};
  Link found = out_->link(LinkId(link.value() - first_out_));
  const auto factor = factor_.find(link);
  if (factor != factor_.end()) found.bandwidth = found.bandwidth * factor->second;
  return found;
}

std::string_view Cluster::kind_of(LinkId link) const {
  if (link.value() < first_out_) return up_->kind_of(LinkId(link.value() % up_->links()));
  if (link.value() >= first_ingest_) return "ingest";
  return out_->kind_of(LinkId(link.value() - first_out_));
}

bool Cluster::ports_alike() const {
  return healthy_ && node_.nics == node_.accelerators && up_->ports_alike() && out_->ports_alike();
}

LinkId Cluster::moved(LinkId link, std::span<const std::int64_t> node_to,
                      std::span<const std::int64_t> port_to) const {
  EXPECT(block() > 0);
  const bool alike = ports_alike();
  if (link.value() >= first_ingest_) {
    return LinkId(first_ingest_ + node_to[static_cast<std::size_t>(link.value() - first_ingest_)]);
  }
  if (link.value() >= first_out_) {
    const LinkId out(link.value() - first_out_);
    const std::span<const std::int64_t> interface_to =
        alike ? port_to : std::span<const std::int64_t>(same_ports_);
    return LinkId(first_out_ + out_->moved(out, node_to, interface_to).value());
  }
  const std::int64_t node = link.value() / up_->links();
  const LinkId up(link.value() % up_->links());
  const LinkId to = alike ? up_->moved(up, std::span(same_ports_).first(1), port_to) : up;
  return LinkId(node_to[static_cast<std::size_t>(node)] * up_->links() + to.value());
}

}  // namespace trainyard::hardware
