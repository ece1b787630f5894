// What the time of a step goes to, in the groups that people ask for, and what of it bounds the
// step. Values only: text and JSON are made from these.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "measure/step_table.hpp"
#include "step/report.hpp"

namespace trainyard::report {

// Shape [activities].
using Spent = std::array<Seconds, program::activities>;

enum class Group { compute, communication, memory_stream, bubble, input, optimizer };
inline constexpr std::array<std::string_view, 6> group_names{
    "compute", "exposed communication", "memory streaming", "bubble", "input wait", "optimizer"};

struct ActivityRow {
  Group group;
  std::string_view label;   // within its group
  std::string_view phrase;  // within a sentence
};
const ActivityRow& activity_row(std::size_t activity);

Seconds spent_on(const Spent& spent, Group group);

// The stage that waits least for others: shortening it shortens the step. Requires a stage.
std::size_t bounding_stage(const std::vector<step::StageReport>& stages);
// The first of the stages whose ranks hold most. Requires a stage.
std::size_t fullest_stage(const std::vector<step::StageReport>& stages);

// The largest part of an average rank's time: a class of operators, a dimension of communication,
// or one of the other groups as a whole.
struct Bottleneck {
  std::string_view name;
  std::string_view phrase;
  Group group = Group::compute;
  double share = 0;                       // of the step
  std::optional<step::LinkReport> links;  // the busiest kind, where it is communication
};
// None where the step takes no time.
std::optional<Bottleneck> bottleneck(const measure::StepRow& row,
                                     const std::vector<step::LinkReport>& links);

}  // namespace trainyard::report
