// Equal nodes joined by their scale-out fabric: every accelerator is a port, links of all kinds in
// one numbering. This is what a job's placement looks like to `program`.
#pragma once

#include <map>
#include <memory>

#include "hardware/fabric/fabric.hpp"
#include "hardware/faults.hpp"

namespace trainyard::hardware {

class Cluster {
 public:
  // Throws nothing: kinds were checked when the node was read, faults by `objection`. `nodes`
  // includes dead ones, which everything below leaves out.
  Cluster(const Node& node, std::int64_t nodes, const Faults& faults = {});

  [[nodiscard]] const Node& node() const { return node_; }
  [[nodiscard]] std::int64_t nodes() const { return static_cast<std::int64_t>(working_.size()); }
  [[nodiscard]] std::int64_t accelerators() const { return nodes() * node_.accelerators; }
  [[nodiscard]] std::int64_t node_of(std::int64_t accelerator) const {
    return accelerator / node_.accelerators;
  }
  // Of the node's accelerators, over that of healthy ones.
  [[nodiscard]] double speed(std::int64_t node) const;

  [[nodiscard]] std::int64_t links() const { return first_ingest_ + standing_; }
  [[nodiscard]] Link link(LinkId link) const;
  // As Fabric::kind_of; "ingest" is the way in from the hosts.
  [[nodiscard]] std::string_view kind_of(LinkId link) const;
  // A scale-up link, crossed without leaving the node.
  [[nodiscard]] bool inside(LinkId link) const { return link.value() < first_out_; }
  // Appends the links from accelerator `src` to `dst`. Between nodes the transfer leaves through
  // the interface that matches the destination's (rail), after a scale-up hop where they differ.
  // Where that interface is dead at either end the next rail alive at both serves. Where interfaces
  // sit at the border of the scale-up fabric (Exits) each end uses its own.
  void route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const;
  // Appends the links from an accelerator by its own interface to the top of the scale-out fabric,
  // or from there to it (Fabric::leave). False where that has no top: then only as far as the
  // interface.
  bool leave(std::int64_t accelerator, std::vector<LinkId>& path) const;
  bool enter(std::int64_t accelerator, std::vector<LinkId>& path) const;
  [[nodiscard]] bool has_top() const;
  [[nodiscard]] std::int64_t interfaces() const { return standing_ * node_.nics; }
  // Number of an accelerator's own interface, or the next living one of its node.
  [[nodiscard]] std::int64_t interface_of(std::int64_t accelerator) const;
  // Appends the links by which input data reaches the accelerator: first the one of its node.
  void ingest(std::int64_t accelerator, std::vector<LinkId>& path) const;

  // Symmetry as of Fabric, of accelerators instead of ports; none where anything is broken.
  [[nodiscard]] bool symmetric() const { return healthy_; }
  [[nodiscard]] std::int64_t block() const { return healthy_ ? out_->block() : 0; }
  // Whether accelerators i and j of every node can be exchanged, together with interfaces i and j.
  [[nodiscard]] bool ports_alike() const;
  // `port_to` has shape [accelerators of a node] and changes nothing unless `ports_alike`.
  [[nodiscard]] LinkId moved(LinkId link, std::span<const std::int64_t> node_to,
                             std::span<const std::int64_t> port_to) const;

 private:
  // A node by where it stands, dead ones counted, and an accelerator in it.
  struct Place {
    std::int64_t node;
    std::int64_t local;
  };
  // Interfaces that a transfer leaves and arrives by.
  struct Rails {
    std::int64_t src;
    std::int64_t dst;
  };

  void set_interface(const InterfaceFault& fault);
  void set_link(const LinkFault& fault);
  [[nodiscard]] Place place(std::int64_t accelerator) const;
  [[nodiscard]] std::int64_t nic_of(std::int64_t local) const;
  [[nodiscard]] bool alive(std::int64_t node, std::int64_t nic) const;
  [[nodiscard]] std::int64_t living(std::int64_t node, std::int64_t nic) const;
  [[nodiscard]] Rails rails(Place src, Place dst) const;
  [[nodiscard]] std::int64_t gate(std::int64_t local, std::int64_t nic, std::int64_t other) const;
  void scale_up(Place src, std::int64_t dst, std::vector<LinkId>& path) const;
  void scale_out(Place src, Place dst, Rails rails, std::vector<LinkId>& path) const;
  void through_exits(const Exits& exits, Place src, Place dst, std::vector<LinkId>& path) const;

  Node node_;
  std::int64_t standing_;  // nodes, dead ones included
  bool healthy_;
  std::vector<std::int64_t> working_;  // where each working node stands
  std::vector<double> speed_;          // shape [standing], empty where all are healthy
  std::vector<bool> dead_;             // shape [standing, nics], empty where none is
  std::map<LinkId, double> factor_;    // of links that carry less
  std::unique_ptr<Fabric> up_;
  std::unique_ptr<Fabric> out_;
  // Numbering: scale-up links node by node, scale-out links, one ingest link for each node.
  std::int64_t first_out_;
  std::int64_t first_ingest_;
  std::vector<std::int64_t> same_ports_;  // 0, 1, 2, ...: no port changes place
};

}  // namespace trainyard::hardware
