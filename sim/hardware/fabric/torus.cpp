#include "hardware/fabric/torus.hpp"

#include "base/check.hpp"

namespace trainyard::hardware {
namespace {

// Which way round a ring of `size` is shorter.
bool upwards(std::int64_t at, std::int64_t to, std::int64_t size) {
  const std::int64_t up = (to - at + size) % size;
  return 2 * up == size ? at % 2 == 0 : 2 * up < size;
}

}  // namespace

Torus::Torus(const Node& node, std::int64_t nodes)
    : nics_(node.nics),
      shape_(node.scale_out.shape),
      link_{node.nic.bandwidth * node.nic.efficiency,
            node.nic.latency + node.scale_out.switch_latency} {
  EXPECT(!shape_.empty());
  EXPECT(nodes <= node.scale_out.most_nodes());
}

std::int64_t Torus::links() const {
  std::int64_t links = 2 * static_cast<std::int64_t>(shape_.size());
  for (const std::int64_t size : shape_) links *= size;
  return links;
}

void Torus::route(std::int64_t src, std::int64_t dst, std::vector<LinkId>& path) const {
  std::int64_t at = src / nics_;
  const std::int64_t end = dst / nics_;
  const auto dimensions = static_cast<std::int64_t>(shape_.size());
  std::int64_t stride = 1;
  for (std::int64_t dimension = dimensions - 1; dimension >= 0; --dimension) {
    const std::int64_t size = shape_[static_cast<std::size_t>(dimension)];
    const std::int64_t to = end / stride % size;
    const bool up = upwards(at / stride % size, to, size);
    for (std::int64_t from = at / stride % size; from != to; from = at / stride % size) {
      path.emplace_back(2 * (at * dimensions + dimension) + (up ? 0 : 1));
      at += ((from + (up ? 1 : size - 1)) % size - from) * stride;
    }
    stride *= size;
  }
}

}  // namespace trainyard::hardware
