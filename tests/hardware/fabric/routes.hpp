// What the tests of fabrics ask of a route.
#pragma once

#include <vector>

#include "hardware/fabric/fabric.hpp"

namespace trainyard::hardware {

inline std::vector<LinkId> route(const Fabric& fabric, std::int64_t src, std::int64_t dst) {
  std::vector<LinkId> path;
  fabric.route(src, dst, path);
  return path;
}

inline Seconds latency(const Fabric& fabric, const std::vector<LinkId>& path) {
  Seconds sum;
  for (const LinkId link : path) sum += fabric.link(link).latency;
  return sum;
}

}  // namespace trainyard::hardware
