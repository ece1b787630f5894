#include "hardware/fabric/fabric.hpp"

#include "base/check.hpp"

namespace trainyard::hardware {

LinkId Fabric::moved(LinkId link, std::span<const std::int64_t> /*node_to*/,
                     std::span<const std::int64_t> /*port_to*/) const {
  EXPECT(block() > 0);
  EXPECT(!"a fabric with blocks moves its links");
  return link;
}

}  // namespace trainyard::hardware
