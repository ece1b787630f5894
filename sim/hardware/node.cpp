#include "hardware/node.hpp"

#include <cmath>

#include "base/check.hpp"

namespace trainyard::hardware {

std::int64_t ScaleOut::most_nodes() const {
  if (shape.empty()) return graph.nodes;
  std::int64_t product = 1;
  for (const std::int64_t size : shape) product *= size;
  return product;
}

NodePower at_clock(const NodePower& power, double clock) {
  const double factor = std::pow(clock, power_exponent);
  const auto lowered = [&](Watts watts) { return power.idle + (watts - power.idle) * factor; };
  return {lowered(power.rated), lowered(power.measured), power.idle};
}

Node at_clock(Node node, double clock) {
  EXPECT(clock > 0);
  Accelerator& chip = node.accelerator;
  for (FlopsPerSecond& peak : chip.peak) peak = peak * clock;
  chip.kernel.tile = chip.kernel.tile / clock;
  chip.kernel.attention_block = chip.kernel.attention_block / clock;
  node.power = at_clock(node.power, clock);
  return node;
}

}  // namespace trainyard::hardware
