// What the tests of clusters ask of a path.
#pragma once

#include <string_view>
#include <vector>

#include "hardware/cluster.hpp"

namespace trainyard::hardware {

inline std::vector<LinkId> route(const Cluster& cluster, std::int64_t src, std::int64_t dst) {
  std::vector<LinkId> path;
  cluster.route(src, dst, path);
  return path;
}

inline std::vector<LinkId> ingest(const Cluster& cluster, std::int64_t accelerator) {
  std::vector<LinkId> path;
  cluster.ingest(accelerator, path);
  return path;
}

inline std::vector<std::string_view> kinds(const Cluster& cluster,
                                           const std::vector<LinkId>& path) {
  std::vector<std::string_view> all;
  for (const LinkId link : path) all.push_back(cluster.kind_of(link));
  return all;
}

}  // namespace trainyard::hardware
