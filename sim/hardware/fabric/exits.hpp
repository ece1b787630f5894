// How ports of a scale-up fabric reach the node's interfaces to other nodes where these sit at its
// border (Dojo's interface processors), not right at the ports.
#pragma once

#include <cstdint>
#include <vector>

#include "base/id.hpp"

namespace trainyard::hardware {

class Exits {
 public:
  // The interface that the port uses.
  [[nodiscard]] virtual std::int64_t interface_of(std::int64_t port) const = 0;
  // Appends the links from the port to the interface, or back.
  virtual void leave(std::int64_t port, std::int64_t interface,
                     std::vector<LinkId>& path) const = 0;
  virtual void enter(std::int64_t interface, std::int64_t port,
                     std::vector<LinkId>& path) const = 0;
  // Whether a transfer between two ports of one node leaves it and comes back, because the way
  // through the fabric is long.
  [[nodiscard]] virtual bool leads_around(std::int64_t src, std::int64_t dst) const = 0;

 protected:
  ~Exits() = default;
};

}  // namespace trainyard::hardware
