// Layer times made up for tests. Sums of the default ones are exact: all are multiples of 2^-10 s.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "parallelism/plan.hpp"

namespace trainyard::support {

constexpr Seconds ticks(double number) {
  return Seconds(number / 1024);
}

// Entry, so many blocks that grow by a tick each, exit.
inline parallelism::MeasuredLayers growing_layers(std::int64_t blocks) {
  parallelism::MeasuredLayers layers{.entry = {ticks(1), ticks(2), ticks(5)},
                                     .blocks = {},
                                     .exit = {ticks(4), ticks(7), ticks(6)}};
  for (std::int64_t i = 0; i < blocks; ++i) {
    const auto more = static_cast<double>(i);
    layers.blocks.push_back({ticks(8 + more), ticks(16 + 2 * more), ticks(3)});
  }
  return layers;
}

inline std::shared_ptr<const parallelism::LayerTimes> table(parallelism::MeasuredLayers layers,
                                                            parallelism::MeasuredAt at = {}) {
  parallelism::LayerTimes times{.name = "t.csv", .digest = "made up", .layers = {}};
  times.layers.emplace(at, std::move(layers));
  return std::make_shared<const parallelism::LayerTimes>(std::move(times));
}

}  // namespace trainyard::support
