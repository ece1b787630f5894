#include "report/step_detail.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/quantity.hpp"
#include "report/step_parts.hpp"
#include "report/step_text.hpp"
#include "report/text_table.hpp"

namespace trainyard::report {
namespace {

constexpr std::size_t most_rows = 16;
constexpr std::size_t ends = 4;  // of a long pipeline shown at either end

// Stages to show, in order. Of a long pipeline both ends, the fullest stage and the one that
// bounds; the others lie between these.
std::vector<std::size_t> shown(const std::vector<step::StageReport>& stages) {
  std::vector<std::size_t> rows;
  const std::size_t n = stages.size();
  const std::size_t fullest = fullest_stage(stages);
  const std::size_t bounding = bounding_stage(stages);
  for (std::size_t s = 0; s < n; ++s) {
    const bool end = s < ends || s + ends >= n;
    if (n <= most_rows || end || s == fullest || s == bounding) rows.push_back(s);
  }
  return rows;
}

std::vector<std::string> memory_row(const step::StageReport& stage, const char* mark) {
  const parallelism::Memory& memory = stage.memory;
  return {fmt::format("  {}{}", stage.stage, mark),
          human(memory.parameters),
          human(memory.gradients),
          human(memory.optimizer),
          human(memory.activations),
          human(memory.working),
          human(memory.total()),
          decimal(memory.total() / stage.capacity * 100, 0)};
}

std::string memory(const StepDetail& step) {
  if (step.stages.empty() || step.row.exchange) return "";
  TextTable table({"  stage", ">parameters", ">gradients", ">optimizer", ">activations", ">working",
                   ">all", ">%"});
  const std::size_t fullest = fullest_stage(step.stages);
  std::size_t next = 0;
  for (const std::size_t s : shown(step.stages)) {
    if (s > next) table.add({"  ...", "", "", "", "", "", "", ""});
    table.add(memory_row(step.stages[s], s == fullest ? "*" : ""));
    next = s + 1;
  }
  const bool same = std::ranges::all_of(step.stages, [&](const step::StageReport& stage) {
    return stage.capacity == step.stages.front().capacity;
  });
  return fmt::format("\n  memory of a chip by stage, of {} (* fullest)\n",
                     same ? human(step.row.answer.capacity) : "its own") +
         table.text();
}

std::string links(const StepDetail& step) {
  TextTable table({"  links", ">count", ">bytes a step", ">used, mean", ">busiest"});
  for (const step::LinkReport& kind : step.links) {
    if (kind.bytes <= Bytes(0)) continue;
    table.add({"  " + kind.kind, fmt::format("{:.0f}", kind.links), human(kind.bytes),
               percent(kind.mean), percent(kind.busiest)});
  }
  return table.empty() ? "" : "\n" + table.text();
}

// What each branch takes by itself, and what it waits for the others and the way to them.
std::string branches(const StepDetail& step) {
  TextTable table(
      {"  branch", "site", "nodes", ">chips", ">replicas", ">micro-b.", ">step alone", ">waits"});
  for (const step::BranchReport& branch : step.branches) {
    const Seconds waits = step.row.answer.duration - branch.alone * branch.steps;
    table.add({"  " + branch.name, branch.site, branch.node, fmt::format("{}", branch.ranks),
               fmt::format("{}", branch.replicas), fmt::format("{}", branch.micro_batches),
               human(branch.alone), percent(std::max(0.0, waits / step.row.answer.duration))});
  }
  return table.empty() ? "" : "\n" + table.text();
}

}  // namespace

std::string step_details(const std::vector<StepDetail>& steps) {
  std::string text;
  for (const StepDetail& step : steps) {
    if (!text.empty()) text += "\n";
    text += heading(step.row);
    if (!step.row.exchange) text += "\n" + breakdown(step.row.answer, step.stages);
    text += memory(step) + branches(step) + links(step);
    if (!step.faster.empty()) text += "\n" + explanation(step);
  }
  return text;
}

}  // namespace trainyard::report
