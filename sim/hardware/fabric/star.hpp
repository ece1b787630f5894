// Ports on one non-blocking switch: links 2i out of port i and 2i + 1 into it, nothing else is ever
// full. Inside a node it is an NVSwitch, its ports are accelerators; between nodes it is a star of
// all interfaces.
#pragma once

#include "hardware/fabric/fabric.hpp"
#include "hardware/fabric/port_links.hpp"

namespace trainyard::hardware {

class Star final : public Fabric {
 public:
  // What the links out of a port and into it are called.
  struct Kinds {
    std::string_view out;
    std::string_view in;
  };
  // `port`: one direction of each; a transfer pays its latency on the way out and on the way in.
  Star(PortLinks ports, Link port, Kinds kinds) : ports_(ports), port_(port), kinds_(kinds) {}
  [[nodiscard]] std::int64_t links() const override { return ports_.count(); }
  [[nodiscard]] Link link(LinkId /*link*/) const override { return port_; }
  void route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const override;
  [[nodiscard]] bool leave(std::int64_t port, std::vector<LinkId>& path) const override;
  [[nodiscard]] bool enter(std::int64_t port, std::vector<LinkId>& path) const override;
  [[nodiscard]] std::string_view kind_of(LinkId link) const override {
    return PortLinks::leads_out(link) ? kinds_.out : kinds_.in;
  }
  [[nodiscard]] std::int64_t block() const override { return 1; }
  [[nodiscard]] bool ports_alike() const override { return true; }
  [[nodiscard]] LinkId moved(LinkId link, std::span<const std::int64_t> node_to,
                             std::span<const std::int64_t> port_to) const override {
    return ports_.moved(link, node_to, port_to);
  }

 private:
  PortLinks ports_;
  Link port_;
  Kinds kinds_;
};

std::unique_ptr<Fabric> nvswitch(const Node& node, std::int64_t nodes);
std::unique_ptr<Fabric> star(const Node& node, std::int64_t nodes);

}  // namespace trainyard::hardware
