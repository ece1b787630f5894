#include "hardware/node.hpp"

namespace trainyard::hardware {

std::int64_t ScaleOut::most_nodes() const {
  if (shape.empty()) return graph.nodes;
  std::int64_t product = 1;
  for (const std::int64_t size : shape) product *= size;
  return product;
}

}  // namespace trainyard::hardware
