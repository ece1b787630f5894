#include "report/schedule.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <optional>

namespace trainyard::report {
namespace {

std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"') quoted += '"';
    quoted += letter;
  }
  return quoted + '"';
}

// Integers as such, else the shortest text that reads back as the same number. Moments are known to
// a quarter of a microsecond, being seconds since 1970, so that more digits would be noise.
std::string number(Seconds time) {
  const double rounded = std::round(time.value() * 1e6) / 1e6 + 0.0;
  const bool whole = rounded == std::floor(rounded);
  return whole ? fmt::format("{:.0f}", rounded) : fmt::format("{}", rounded);
}

std::string moment(const fleet::World& world, const std::optional<Instant>& instant) {
  return instant ? number(*instant - world.from) : "";
}

// The last of each job; none where it never started.
std::vector<const fleet::Allocation*> last_allocations(const fleet::World& world,
                                                       const fleet::History& history) {
  std::vector<const fleet::Allocation*> last(world.jobs.size(), nullptr);
  for (const fleet::Allocation& one : history.allocations) last[one.job] = &one;
  return last;
}

std::string gpus(const fleet::Job& job, const fleet::Allocation* last) {
  if (last != nullptr) return fmt::format("{}", last->chips);
  return job.gangs.empty() ? "" : fmt::format("{}", job.gangs.front());
}

void add_rows(const fleet::World& world, const fleet::History& history, const std::string& front,
              std::string& text) {
  const std::vector<const fleet::Allocation*> last = last_allocations(world, history);
  for (std::size_t j = 0; j < world.jobs.size(); ++j) {
    const fleet::Job& job = world.jobs[j];
    const fleet::JobResult& result = history.jobs[j];
    const fleet::Option* option = last[j] == nullptr ? nullptr : &job.options[last[j]->option];
    const bool submitted = result.submitted >= world.from && result.submitted < world.to;
    fmt::format_to(std::back_inserter(text), "{}{},{},{},{},{},{},{},{},{},{},{}\n", front,
                   cell(job.name), cell(world.owners[job.owner]),
                   job.workload == fleet::none ? "" : cell(world.workloads[job.workload].name),
                   submitted ? moment(world, result.submitted) : "", moment(world, result.started),
                   moment(world, result.finished), gpus(job, last[j]),
                   option == nullptr ? "" : cell(world.sites[option->site].place.name),
                   option == nullptr ? "" : cell(world.nodes[option->node].accelerator.name),
                   number(result.queued), result.interruptions);
  }
}

}  // namespace

std::string schedule_csv(std::span<const fleet::World> worlds,
                         std::span<const fleet::History> histories) {
  const bool variants = !worlds.empty() && !worlds.front().variant.empty();
  std::string text =
      "job,owner,workload,submit_s,start_s,end_s,gpus,site,accelerator,queued_s,interruptions\n";
  if (variants) text.insert(0, "variant,");
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    add_rows(worlds[v], histories[v], variants ? cell(worlds[v].variant) + "," : "", text);
  }
  return text;
}

}  // namespace trainyard::report
