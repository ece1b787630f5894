#include "scenario/row_faults.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace trainyard::scenario {

std::string job_text(const TraceRow& row) {
  return row.job.empty() ? std::to_string(row.number) : std::string(row.job);
}

std::string RowFaults::lines_text(const Fault& fault) {
  const bool more = fault.rows > static_cast<std::int64_t>(fault.lines.size());
  return fmt::format("{} {}{}", fault.rows == 1 ? "line" : "lines", fmt::join(fault.lines, ", "),
                     more ? ", ..." : "");
}

void RowFaults::add(const TraceRow& row, std::string_view kind, std::string_view remedy,
                    std::string_view detail) {
  add(row.line, fmt::format("job {}", job_text(row)), kind, remedy, detail);
}

void RowFaults::add(std::int64_t line, std::string_view subject, std::string_view kind,
                    std::string_view remedy, std::string_view detail) {
  constexpr std::size_t lines_shown = 5;
  auto fault = std::find_if(all_.begin(), all_.end(),
                            [&](const Fault& known) { return known.kind == kind; });
  if (fault == all_.end()) {
    std::string first = fmt::format("{} has {}", subject, kind);
    if (!detail.empty()) first += fmt::format(": {}", detail);
    all_.push_back({.kind = std::string(kind), .first = first, .remedy = std::string(remedy)});
    fault = all_.end() - 1;
  }
  ++fault->rows;
  if (fault->lines.size() < lines_shown) fault->lines.push_back(line);
}

void RowFaults::report(document::Object& object, const std::string& path,
                       const std::string& member) const {
  for (const Fault& fault : all_) {
    std::string message = fault.first;
    if (fault.rows > 1)
      message += fmt::format(" ({} such rows: {})", fault.rows, lines_text(fault));
    const Place place{path, static_cast<int>(fault.lines.front()), 1};
    object.problem_in(place, member, message, fault.remedy);
  }
}

void RowFaults::note(fleet::Workload& workload) const {
  for (const Fault& fault : all_) {
    workload.left_out += fault.rows;
    workload.notes.push_back(fmt::format("{} {} left out: {} ({})", fault.rows,
                                         fault.rows == 1 ? "row" : "rows", fault.kind,
                                         lines_text(fault)));
  }
}

}  // namespace trainyard::scenario
