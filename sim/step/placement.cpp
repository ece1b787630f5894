#include "step/placement.hpp"

#include <algorithm>
#include <numeric>

#include "base/check.hpp"
#include "program/stage.hpp"

namespace trainyard::step {
namespace {

std::int64_t width(const Section& section) {
  return section.request.tensor * section.request.context * section.stages;
}

// Replicas that the accelerators of all sections hold.
std::int64_t room(const Branch& branch) {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (const Section& section : branch.sections) {
    least = std::min(least, section.nodes * section.node.accelerators / width(section));
  }
  return least;
}

}  // namespace

std::size_t Placement::section_of(std::int64_t stage) const {
  std::size_t at = 0;
  for (; at + 1 < sections.size() && stage >= sections[at].stages; ++at) {
    stage -= sections[at].stages;
  }
  return at;
}

std::int64_t Placement::ranks_of(std::size_t section) const {
  return width(sections[section]) * plan().data;
}

std::int64_t Placement::ranks() const {
  std::int64_t sum = 0;
  for (std::size_t s = 0; s < sections.size(); ++s) sum += ranks_of(s);
  return sum;
}

std::int64_t Placement::left_over() const {
  std::int64_t given = 0;
  for (const Section& section : sections) given += section.nodes * section.node.accelerators;
  return given - ranks();
}

program::Sections Placement::program_sections() const {
  program::Sections all;
  std::int64_t first = 0;
  for (std::size_t s = 0; s < sections.size(); ++s) {
    all.push_back(
        {.plan = plans[s], .first_stage = first, .stages = sections[s].stages, .part = s});
    first += sections[s].stages;
  }
  return all;
}

parallelism::Memory Placement::memory(const model::Model& model, std::int64_t stage) const {
  const parallelism::Plan& plan = plans[section_of(stage)];
  return parallelism::memory(model, plan, program::held(plan, stage));
}

Bytes Placement::capacity(std::int64_t stage) const {
  return parallelism::capacity(sections[section_of(stage)].node);
}

FlopsPerSecond Placement::peak() const {
  FlopsPerSecond sum;
  for (const Section& section : sections) {
    sum += section.node.accelerator.peak_at(section.request.precision) *
           static_cast<double>(width(section) * plan().data);
  }
  return sum;
}

std::optional<Placement> placement(const Task& task, std::int64_t nodes) {
  if (task.joint) {
    EXPECT(task.joint->branches.size() == 1);
    return placement(task.joint->branches.front());
  }
  const auto plan = plan_on(task, nodes);
  if (!plan) return std::nullopt;
  Section all{
      .node = task.node, .nodes = nodes, .stages = plan->pipeline(), .request = plan->request};
  return Placement{{std::move(all)}, {*plan}};
}

std::optional<Placement> placement(const Branch& branch) {
  const parallelism::Request& first = branch.sections.front().request;
  // Replicas and micro-batches are the same for all sections: found on as many accelerators as a
  // pipeline of the first section's degrees would need for them.
  const auto plan = parallelism::fill(first, room(branch) * parallelism::replica(first));
  if (!plan) return std::nullopt;
  Placement placement{branch.sections, {}};
  for (const Section& section : branch.sections) {
    parallelism::Plan& own = placement.plans.emplace_back(*plan);
    own.request = section.request;
  }
  return placement;
}

StageMemory fullest_stage(const model::Model& model, const Placement& placement) {
  StageMemory fullest;
  double most = -1;
  for (std::int64_t stage = 0; stage < placement.plan().pipeline(); ++stage) {
    const parallelism::Memory memory = placement.memory(model, stage);
    const double share = memory.total() / placement.capacity(stage);
    if (share > most) fullest = {stage, memory};
    most = std::max(most, share);
  }
  return fullest;
}

Task alone(const Task& task, const Branch& branch) {
  Task own = task;
  own.node = branch.sections.front().node;
  own.request = branch.sections.front().request;
  own.joint->branches = {branch};
  own.identity = branch.identity.empty() ? "" : task.identity + branch.identity;
  return own;
}

std::int64_t nodes_of(const Joint& joint) {
  std::int64_t sum = 0;
  for (const Branch& branch : joint.branches) {
    for (const Section& section : branch.sections) sum += section.nodes;
  }
  return sum;
}

hardware::WideArea shared(const Joint& joint) {
  hardware::WideArea wide = joint.wide;
  for (hardware::WanLink& link : wide.links) {
    link.bandwidth = (link.bandwidth - link.background) * joint.wan_share;
    link.background = BytesPerSecond(0);
  }
  return wide;
}

}  // namespace trainyard::step
