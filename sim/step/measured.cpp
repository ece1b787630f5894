#include "step/measured.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace trainyard::step {
namespace {

using parallelism::LayerTimes;
using parallelism::Request;

// "micro_batch 1 with tensor 1, 2; micro_batch 4 with tensor 1"
std::string measured_text(const LayerTimes& times) {
  std::string text;
  std::int64_t last = 0;
  for (const auto& [at, layers] : times.layers) {
    if (at.micro_batch == last) {
      text += fmt::format(", {}", at.tensor);
    } else {
      text += fmt::format("{}micro_batch {} with tensor {}", text.empty() ? "" : "; ",
                          at.micro_batch, at.tensor);
    }
    last = at.micro_batch;
  }
  return text;
}

void object_to_rows(const Task& task, std::vector<Objection>& objections) {
  const LayerTimes& times = *task.request.measured;
  if (times.layers.empty()) {
    objections.push_back(
        {"measured", fmt::format("{} has no times of {}", times.name, task.node.accelerator.name),
         "add a table of that accelerator, or run on another"});
  } else if (parallelism::measured(task.request) == nullptr) {
    objections.push_back(
        {"measured",
         fmt::format("{} has no times for micro_batch {} with tensor {}; it has {}", times.name,
                     task.request.batch.micro_batch, task.request.tensor, measured_text(times)),
         "use one of these, or measure it"});
  }
}

void object_to_count(const Task& task, std::vector<Objection>& objections) {
  const LayerTimes& times = *task.request.measured;
  const std::int64_t blocks = task.model.blocks();
  const auto wrong = std::find_if(times.layers.begin(), times.layers.end(), [&](const auto& row) {
    return static_cast<std::int64_t>(row.second.blocks.size()) != blocks;
  });
  if (wrong == times.layers.end()) return;
  objections.push_back(
      {"measured",
       fmt::format("{} has {} layers at micro_batch {} with tensor {}, {} has {} between entry and "
                   "exit",
                   times.name, wrong->second.blocks.size() + 2, wrong->first.micro_batch,
                   wrong->first.tensor, task.model.name, blocks),
       fmt::format("give {}: entry, layers and exit", blocks + 2)});
}

// What the measured times say nothing about.
void object_to_unmeasured(const Request& request, std::vector<Objection>& objections) {
  if (request.context > 1) {
    objections.push_back({"context", "measured layers have their whole sequence on a rank",
                          "use 1, or leave \"measured\" out"});
  }
  if (request.expert > 1) {
    objections.push_back({"expert", "measured layers have their experts on a rank",
                          "use 1, or leave \"measured\" out"});
  }
  if (request.recompute == parallelism::Recompute::selective) {
    objections.push_back({"recompute",
                          "a measured layer is computed again as a whole or not at all",
                          "use \"full\" or \"none\""});
  }
}

}  // namespace

void object_to_measured(const Task& task, std::vector<Objection>& objections) {
  if (task.request.measured == nullptr) return;
  object_to_rows(task, objections);
  object_to_count(task, objections);
  object_to_unmeasured(task.request, objections);
}

}  // namespace trainyard::step
