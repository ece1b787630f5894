#include "report/step_parts.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace trainyard::report {
namespace {

// By Activity.
constexpr std::array<ActivityRow, program::activities> rows{{
    {Group::compute, "matrix products", "matrix products"},
    {Group::compute, "attention", "attention"},
    {Group::compute, "memory-bound operators", "operators that memory bounds"},
    {Group::compute, "measured operators", "operators of measured time"},
    {Group::compute, "waiting for the host", "starting kernels"},
    {Group::compute, "beside collectives", "collectives that slow computing"},
    {Group::compute, "recomputation", "computing activations again"},
    {Group::communication, "tensor", "exchanges between tensor ranks"},
    {Group::communication, "context", "exchanges along the sequence"},
    {Group::communication, "expert", "exchanges with experts"},
    {Group::memory_stream, "", "streaming from memory outside the chip"},
    {Group::bubble, "waiting for a stage", "the pipeline's bubble"},
    {Group::input, "", "waiting for input data"},
    {Group::communication, "parameters", "gathering parameters"},
    {Group::communication, "gradients", "the gradient exchange"},
    {Group::optimizer, "", "the optimizer"},
    {Group::bubble, "done before others", "the pipeline's bubble"},
}};

bool whole(Group group) {
  return group != Group::compute && group != Group::communication;
}

// What the time of `activity` counts as when parts are compared.
Bottleneck part(const measure::StepRow& row, std::size_t activity) {
  const ActivityRow& what = activity_row(activity);
  const Spent& spent = row.answer.spent;
  const Seconds time = whole(what.group) ? spent_on(spent, what.group) : spent[activity];
  Bottleneck found{.name = program::activity_names[activity],
                   .phrase = what.phrase,
                   .group = what.group,
                   .share = time / row.answer.duration};
  if (whole(what.group)) found.name = group_names[static_cast<std::size_t>(what.group)];
  if (row.exchange) found.phrase = "the exchange";
  return found;
}

// Input data has links of its own, which no exchange waits for.
std::optional<step::LinkReport> busiest(const std::vector<step::LinkReport>& links) {
  const step::LinkReport* found = nullptr;
  for (const step::LinkReport& kind : links) {
    if (kind.kind == "ingest") continue;
    if (found == nullptr || kind.busiest > found->busiest) found = &kind;
  }
  if (found == nullptr) return std::nullopt;
  return *found;
}

}  // namespace

const ActivityRow& activity_row(std::size_t activity) {
  return rows[activity];
}

Seconds spent_on(const Spent& spent, Group group) {
  Seconds sum;
  for (std::size_t a = 0; a < spent.size(); ++a) {
    if (rows[a].group == group) sum += spent[a];
  }
  return sum;
}

std::size_t bounding_stage(const std::vector<step::StageReport>& stages) {
  EXPECT(!stages.empty());
  const auto found = std::ranges::min_element(stages, {}, [](const step::StageReport& stage) {
    return spent_on(stage.spent, Group::bubble);
  });
  return static_cast<std::size_t>(found - stages.begin());
}

std::size_t fullest_stage(const std::vector<step::StageReport>& stages) {
  EXPECT(!stages.empty());
  const auto found = std::ranges::max_element(stages, {}, [](const step::StageReport& stage) {
    const bool known = stage.capacity > Bytes(0);
    return stage.memory.total() / (known ? stage.capacity : Bytes(1));
  });
  return static_cast<std::size_t>(found - stages.begin());
}

std::optional<Bottleneck> bottleneck(const measure::StepRow& row,
                                     const std::vector<step::LinkReport>& links) {
  if (row.answer.duration <= Seconds(0)) return std::nullopt;
  Bottleneck largest = part(row, 0);
  for (std::size_t a = 1; a < program::activities; ++a) {
    const Bottleneck other = part(row, a);
    if (other.share > largest.share) largest = other;
  }
  if (largest.group == Group::communication) largest.links = busiest(links);
  return largest;
}

}  // namespace trainyard::report
