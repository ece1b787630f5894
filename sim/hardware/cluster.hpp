// Equal nodes joined by their scale-out fabric: every accelerator is a port, links of all kinds in
// one numbering. This is what a job's placement looks like to `program`.
#pragma once

#include <memory>

#include "hardware/fabric/fabric.hpp"

namespace trainyard::hardware {

class Cluster {
 public:
  // Throws nothing: kinds were checked when the node was read.
  Cluster(const Node& node, std::int64_t nodes);

  [[nodiscard]] const Node& node() const { return node_; }
  [[nodiscard]] std::int64_t nodes() const { return nodes_; }
  [[nodiscard]] std::int64_t accelerators() const { return nodes_ * node_.accelerators; }
  [[nodiscard]] std::int64_t node_of(std::int64_t accelerator) const {
    return accelerator / node_.accelerators;
  }

  [[nodiscard]] std::int64_t links() const;
  [[nodiscard]] Link link(LinkId link) const;
  // Appends the links from accelerator `src` to `dst`. Between nodes the transfer leaves through
  // the interface that matches the destination's (rail), after a scale-up hop where they differ.
  void route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const;
  // Appends the one link by which input data enters the accelerator's node.
  void ingest(std::int64_t accelerator, std::vector<LinkId>& path) const;

 private:
  [[nodiscard]] std::int64_t nic_of(std::int64_t local) const;
  void scale_up(std::int64_t node, std::int64_t src, std::int64_t dst,
                std::vector<LinkId>& path) const;

  Node node_;
  std::int64_t nodes_;
  std::unique_ptr<Fabric> up_;
  std::unique_ptr<Fabric> out_;
};

}  // namespace trainyard::hardware
