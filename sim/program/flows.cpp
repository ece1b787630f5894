#include "program/flows.hpp"

#include <algorithm>

namespace trainyard::program {

std::int32_t Flows::link(LinkId id, double copies) {
  const auto [found, fresh] =
      known_.try_emplace(id.value(), static_cast<std::int32_t>(program_.links.size()));
  if (fresh) {
    const auto kind =
        kinds_.try_emplace(footprint_.kind_of(id), static_cast<std::int32_t>(kinds_.size()));
    program_.links.push_back({.id = id,
                              .bandwidth = footprint_.link(id).bandwidth.value(),
                              .copies = copies,
                              .kind = kind.first->second});
  }
  return found->second;
}

Flow Flows::begin(std::int32_t src, std::int32_t dst) const {
  return {.src = src, .dst = dst, .first_link = static_cast<std::int32_t>(program_.path.size())};
}

void Flows::cross(Flow& flow, std::span<const std::int32_t> links, Seconds latency) {
  if (!links.empty()) {
    program_.links[static_cast<std::size_t>(links.front())].end = true;
    program_.links[static_cast<std::size_t>(links.back())].end = true;
  }
  program_.path.insert(program_.path.end(), links.begin(), links.end());
  flow.latency = std::max(flow.latency, latency);
}

std::int32_t Flows::seal(Flow flow, std::int32_t lane) {
  const auto index = static_cast<std::int32_t>(program_.flows.size());
  flow.end_link = static_cast<std::int32_t>(program_.path.size());
  program_.lanes[static_cast<std::size_t>(lane)][static_cast<std::size_t>(flow.src)] = index;
  program_.flows.push_back(flow);
  return index;
}

}  // namespace trainyard::program
