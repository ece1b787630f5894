#include "step/what_if.hpp"

#include <fmt/format.h>

#include <array>

namespace trainyard::step {
namespace {

constexpr double faster = 1.1;

void speed_up(BytesPerSecond& rate) {
  rate = rate * faster;
}

void speed_up_chip(hardware::Node& node) {
  for (FlopsPerSecond& peak : node.accelerator.peak) peak = peak * faster;
}

void speed_up_memory(hardware::Node& node) {
  for (hardware::Tier& tier : node.accelerator.memory) speed_up(tier.bandwidth);
  if (node.shared_memory) speed_up(node.shared_memory->bandwidth);
}

void speed_up_scale_up(hardware::Node& node) {
  speed_up(node.scale_up.bandwidth);
  speed_up(node.scale_up.tile_edge);
  speed_up(node.scale_up.processor_edge);
}

// Leaves and spines follow the interfaces; a network drawn by hand has figures of its own.
void speed_up_scale_out(hardware::Node& node) {
  speed_up(node.nic.bandwidth);
  for (hardware::Graph::Edge& edge : node.scale_out.graph.edges) speed_up(edge.bandwidth);
}

struct Part {
  std::string_view name;
  std::string_view parts;
  void (*speed_up)(hardware::Node& node);
};

constexpr std::array parts{
    Part{"chip", "peak of every precision", speed_up_chip},
    Part{"memory", "every tier, shared memory included", speed_up_memory},
    Part{"scale-up", "links in a node, tile edges included", speed_up_scale_up},
    Part{"scale-out", "network interfaces, and the fabric", speed_up_scale_out},
};

// Calls `change` on every node of the task.
template <class Change>
void on_all_nodes(Task& task, const Change& change) {
  change(task.node);
  if (!task.joint) return;
  for (Branch& branch : task.joint->branches) {
    for (Section& section : branch.sections) change(section.node);
  }
}

WhatIf what_if(const Task& task, std::string_view name, std::string_view what_grows) {
  WhatIf what{name, what_grows, task};
  what.task.identity = fmt::format("{}, {} x {}", task.identity, name, faster);
  return what;
}

}  // namespace

std::vector<WhatIf> what_ifs(const Task& task) {
  std::vector<WhatIf> all;
  for (const Part& part : parts) {
    on_all_nodes(all.emplace_back(what_if(task, part.name, part.parts)).task, part.speed_up);
  }
  if (!task.joint || task.joint->wide.links.empty()) return all;
  hardware::WideArea& wide =
      all.emplace_back(what_if(task, "wan", "links between sites, and sites' ports"))
          .task.joint->wide;
  for (hardware::WanLink& link : wide.links) speed_up(link.bandwidth);
  for (BytesPerSecond& port : wide.ports) speed_up(port);
  return all;
}

}  // namespace trainyard::step
