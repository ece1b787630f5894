// Where the stages of a branch stand: section by section, each with a plan of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "parallelism/memory.hpp"
#include "parallelism/plan.hpp"
#include "program/section.hpp"
#include "step/task.hpp"

namespace trainyard::step {

struct Placement {
  std::vector<Section> sections;
  std::vector<parallelism::Plan> plans;  // of each

  [[nodiscard]] const parallelism::Plan& plan() const { return plans.front(); }
  [[nodiscard]] std::size_t section_of(std::int64_t stage) const;
  [[nodiscard]] std::int64_t ranks_of(std::size_t section) const;
  [[nodiscard]] std::int64_t ranks() const;      // accelerators that work
  [[nodiscard]] std::int64_t left_over() const;  // those given that do not
  [[nodiscard]] program::Sections program_sections() const;
  [[nodiscard]] parallelism::Memory memory(const model::Model& model, std::int64_t stage) const;
  [[nodiscard]] Bytes capacity(std::int64_t stage) const;
  // All ranks at once, each at its own precision.
  [[nodiscard]] FlopsPerSecond peak() const;
};

// Of a task on equal nodes, or of one of its branches; none where the plan does not fit the chips.
// Memory is not looked at.
std::optional<Placement> placement(const Task& task, std::int64_t nodes);
std::optional<Placement> placement(const Branch& branch);

// The stage that fills most of its accelerators' memory.
StageMemory fullest_stage(const model::Model& model, const Placement& placement);

// A branch as a task of its own.
Task alone(const Task& task, const Branch& branch);

}  // namespace trainyard::step
