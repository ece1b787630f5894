// How transfers cross a cluster: through one node, or through two and the network between.
#include "base/check.hpp"
#include "hardware/cluster.hpp"

namespace trainyard::hardware {
namespace {

// From a fabric's own numbering to the cluster's.
void shift(std::vector<LinkId>& path, std::size_t first, std::int64_t offset) {
  for (std::size_t i = first; i < path.size(); ++i) path[i] = LinkId(path[i].value() + offset);
}

}  // namespace

Cluster::Place Cluster::place(std::int64_t accelerator) const {
  return {working_[static_cast<std::size_t>(node_of(accelerator))],
          accelerator % node_.accelerators};
}

std::int64_t Cluster::nic_of(std::int64_t local) const {
  return local * node_.nics / node_.accelerators;
}

bool Cluster::alive(std::int64_t node, std::int64_t nic) const {
  return dead_.empty() || !dead_[static_cast<std::size_t>(node * node_.nics + nic)];
}

// `nic` or the next one of the node that lives.
std::int64_t Cluster::living(std::int64_t node, std::int64_t nic) const {
  for (std::int64_t i = 0; i < node_.nics; ++i) {
    const std::int64_t next = (nic + i) % node_.nics;
    if (alive(node, next)) return next;
  }
  EXPECT(!"a working node has a living interface");
  return nic;
}

Cluster::Rails Cluster::rails(Place src, Place dst) const {
  const std::int64_t wanted = nic_of(dst.local);
  for (std::int64_t i = 0; i < node_.nics; ++i) {
    const std::int64_t nic = (wanted + i) % node_.nics;
    if (alive(src.node, nic) && alive(dst.node, nic)) return {nic, nic};
  }
  return {living(src.node, wanted), living(dst.node, wanted)};
}

// The accelerator through which `local` uses interface `nic`: itself where the interface is its
// own, else the one at the other end's place, else the first whose own it is.
std::int64_t Cluster::gate(std::int64_t local, std::int64_t nic, std::int64_t other) const {
  if (nic_of(local) == nic) return local;
  if (nic_of(other) == nic) return other;
  // With more interfaces than accelerators some are nobody's own: the one just before serves.
  const std::int64_t spare = node_.nics <= node_.accelerators ? node_.nics - 1 : 0;
  return (nic * node_.accelerators + spare) / node_.nics;
}

void Cluster::scale_up(Place src, std::int64_t dst, std::vector<LinkId>& path) const {
  const std::size_t first = path.size();
  up_->route(src.local, dst, path);
  shift(path, first, src.node * up_->links());
}

void Cluster::scale_out(Place src, Place dst, Rails rails, std::vector<LinkId>& path) const {
  const std::size_t first = path.size();
  out_->route(src.node * node_.nics + rails.src, dst.node * node_.nics + rails.dst, path);
  shift(path, first, first_out_);
}

// Each end uses its own interface: the way over the mesh to another one would only be longer.
void Cluster::through_exits(const Exits& exits, Place src, Place dst,
                            std::vector<LinkId>& path) const {
  const Rails used{living(src.node, exits.interface_of(src.local)),
                   living(dst.node, exits.interface_of(dst.local))};
  if (src.node == dst.node && used.src == used.dst) return scale_up(src, dst.local, path);
  std::size_t first = path.size();
  exits.leave(src.local, used.src, path);
  shift(path, first, src.node * up_->links());
  scale_out(src, dst, used, path);
  first = path.size();
  exits.enter(used.dst, dst.local, path);
  shift(path, first, dst.node * up_->links());
}

void Cluster::route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const {
  const Place from = place(src);
  const Place to = place(dst);
  const Exits* exits = up_->exits();
  const bool around = exits != nullptr && exits->leads_around(from.local, to.local);
  if (from.node == to.node && !around) return scale_up(from, to.local, path);
  if (exits != nullptr) return through_exits(*exits, from, to, path);
  const Rails used = rails(from, to);
  scale_up(from, gate(from.local, used.src, to.local), path);
  scale_out(from, to, used, path);
  scale_up({to.node, gate(to.local, used.dst, from.local)}, to.local, path);
}

std::int64_t Cluster::interface_of(std::int64_t accelerator) const {
  const Place at = place(accelerator);
  const Exits* exits = up_->exits();
  const std::int64_t own = exits != nullptr ? exits->interface_of(at.local) : nic_of(at.local);
  return at.node * node_.nics + living(at.node, own);
}

bool Cluster::has_top() const {
  std::vector<LinkId> path;
  return out_->leave(0, path);
}

bool Cluster::leave(std::int64_t accelerator, std::vector<LinkId>& path) const {
  const Place at = place(accelerator);
  const std::int64_t port = interface_of(accelerator);
  if (const Exits* exits = up_->exits(); exits != nullptr) {
    const std::size_t first = path.size();
    exits->leave(at.local, port % node_.nics, path);
    shift(path, first, at.node * up_->links());
  } else {
    scale_up(at, gate(at.local, port % node_.nics, at.local), path);
  }
  const std::size_t first = path.size();
  const bool top = out_->leave(port, path);
  shift(path, first, first_out_);
  return top;
}

bool Cluster::enter(std::int64_t accelerator, std::vector<LinkId>& path) const {
  const Place at = place(accelerator);
  const std::int64_t port = interface_of(accelerator);
  std::size_t first = path.size();
  const bool top = out_->enter(port, path);
  shift(path, first, first_out_);
  if (const Exits* exits = up_->exits(); exits != nullptr) {
    first = path.size();
    exits->enter(port % node_.nics, at.local, path);
    shift(path, first, at.node * up_->links());
  } else {
    scale_up({at.node, gate(at.local, port % node_.nics, at.local)}, at.local, path);
  }
  return top;
}

void Cluster::ingest(std::int64_t accelerator, std::vector<LinkId>& path) const {
  const Place at = place(accelerator);
  path.emplace_back(first_ingest_ + at.node);
  const Exits* exits = up_->exits();
  if (exits == nullptr) return;
  const std::size_t first = path.size();
  exits->enter(living(at.node, exits->interface_of(at.local)), at.local, path);
  shift(path, first, at.node * up_->links());
}

}  // namespace trainyard::hardware
