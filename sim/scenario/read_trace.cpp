#include "scenario/read_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <unordered_map>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "scenario/read_deliveries.hpp"
#include "scenario/read_task.hpp"
#include "scenario/read_world.hpp"
#include "scenario/row_faults.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

enum class Format { csv, swf };
enum class Invalid { refuse, skip, zero };

constexpr std::string_view skip_remedy = "correct it; \"invalid\": \"skip\" leaves such rows out";

// What the object says, but for the file's content.
struct Settings {
  std::filesystem::path path;
  std::optional<Format> format;
  Instant starts;
  std::optional<Instant> from;
  std::optional<Instant> to;
  std::vector<std::string> only;
  TraceColumns columns;
  Invalid invalid = Invalid::refuse;
};

std::optional<Format> read_format(Object& object, const std::filesystem::path& path) {
  const auto format = object.text(
      "format", {.doc = "\"csv\" with a header line, or \"swf\", the Standard Workload Format; "
                        "default: by the file's extension",
                 .presence = Presence::optional,
                 .one_of = {"csv", "swf"}});
  if (object.describing() || path.empty()) return std::nullopt;
  if (object.has("format") && !format) return std::nullopt;
  const std::string kind = format ? "." + *format : path.extension().string();
  if (kind == ".csv") return Format::csv;
  if (kind == ".swf") return Format::swf;
  object.problem("file", fmt::format("\"{}\" does not tell its format", path.filename().string()),
                 "add \"format\": \"csv\" or \"swf\"");
  return std::nullopt;
}

TraceColumns read_columns(Object object) {
  TraceColumns columns;
  const auto name = [&](const char* key, const char* doc, std::string& column) {
    column = object.text(key, {.doc = doc, .presence = Presence::optional}).value_or(column);
  };
  name("submit", "Seconds from \"starts\" to the job's arrival; default \"submit_s\"",
       columns.submit);
  name("duration", "Seconds that it computes; default \"duration_s\"", columns.duration);
  name("gpus", "Accelerators; default \"gpus\"", columns.gpus);
  name("owner", "Whose job it is; default \"owner\", where there is one", columns.owner);
  if (object.has("owner")) columns.owner_column = TraceColumns::Owner::required;
  return columns;
}

Settings read_settings(Object& object, const std::string& folder, const fleet::World& world) {
  Settings settings;
  const auto file =
      object.text("file", {.doc = "Path of the trace, relative to the scenario's folder"});
  if (file) settings.path = (std::filesystem::path(folder) / *file).lexically_normal();
  settings.format = read_format(object, settings.path);
  settings.starts = object
                        .date("starts", {.doc = "Date of second 0 of the file; default: the "
                                                "horizon's start",
                                         .presence = Presence::optional})
                        .value_or(world.from);
  settings.from = object.date("from", {.doc = "Jobs submitted before are left out; default: none",
                                       .presence = Presence::optional});
  settings.to = object.date("to", {.doc = "Jobs submitted then or later are left out; default: "
                                          "those after the horizon",
                                   .presence = Presence::optional});
  if (settings.from && settings.to && *settings.to <= *settings.from) {
    object.problem("to", "is not after \"from\"", "exchange the two, or correct one");
  }
  settings.only =
      object.texts("only", {.doc = "Owners whose jobs are kept (SWF: numbers of users); "
                                   "default: all",
                            .presence = Presence::optional});
  object.object("columns",
                {.doc = "Names of the columns of a CSV file", .presence = Presence::optional},
                [&](Object columns) { settings.columns = read_columns(std::move(columns)); });
  const auto invalid = object.text(
      "invalid", {.doc = "Rows that are no jobs: \"refuse\" (default) is an error, \"skip\" leaves "
                         "them out, \"zero\" takes a missing run time (-1) as 0 s",
                  .presence = Presence::optional,
                  .one_of = {"refuse", "skip", "zero"}});
  if (invalid == "skip") settings.invalid = Invalid::skip;
  if (invalid == "zero") settings.invalid = Invalid::zero;
  return settings;
}

class TraceJobs {
 public:
  TraceJobs(const Settings& settings, const WorkloadJobs& jobs, fleet::World& world)
      : settings_(settings), jobs_(jobs), world_(world), prefix_(jobs.usual.name + "/") {
    for (const std::string& name : settings.only) only_.emplace(name, false);
  }

  void take(const Trace& trace);
  void report(Object& object, fleet::Workload& workload) const;

 private:
  void take(const TraceRow& row, std::int64_t fields);
  bool wanted(const TraceRow& row, Instant at);
  bool sound(const TraceRow& row);
  void bad(const TraceRow& row, std::string_view kind, std::string_view detail,
           std::string_view remedy = skip_remedy);
  std::optional<std::size_t> owner(const TraceRow& row);

  const Settings& settings_;
  const WorkloadJobs& jobs_;
  fleet::World& world_;
  std::string prefix_;
  std::unordered_map<std::string_view, bool> only_;           // whether any row is theirs
  std::unordered_map<std::string_view, std::size_t> owners_;  // looked up, never iterated
  RowFaults refused_;
  RowFaults left_out_;
};

std::string in_quotes(const RowNumber& number) {
  return fmt::format("\"{}\"", number.text);
}

void TraceJobs::bad(const TraceRow& row, std::string_view kind, std::string_view detail,
                    std::string_view remedy) {
  (settings_.invalid == Invalid::skip ? left_out_ : refused_).add(row, kind, remedy, detail);
}

bool TraceJobs::wanted(const TraceRow& row, Instant at) {
  const char* why = nullptr;
  const auto only = only_.find(row.owner);
  if (only != only_.end()) only->second = true;
  if (!only_.empty() && only == only_.end()) {
    why = "an owner that \"only\" does not name";
  } else if ((settings_.from && at < *settings_.from) || (settings_.to && at >= *settings_.to)) {
    why = "a submit time outside \"from\" and \"to\"";
  } else if (at >= world_.to) {
    why = "a submit time after the horizon's end";
  }
  if (why != nullptr) left_out_.add(row, why);
  return why == nullptr;
}

bool TraceJobs::sound(const TraceRow& row) {
  const std::int64_t most = jobs_.most();
  const double size = row.size.value;
  if (std::isnan(row.duration.value)) {
    bad(row, "a duration that is no number", in_quotes(row.duration));
  } else if (row.duration.value > longest_horizon) {
    bad(row, "a duration of more than 50 years", in_quotes(row.duration));
  } else if (row.duration.value < 0 && settings_.invalid != Invalid::zero) {
    bad(row, "a run time below zero, as jobs have that never ran", "",
        "\"invalid\": \"skip\" leaves such rows out, \"zero\" takes them as 0 s");
  } else if (!(size >= 1) || size != std::floor(size) || size > most_accelerators) {
    bad(row, "a size that is no whole number above zero", in_quotes(row.size));
  } else if (most > 0 && size > static_cast<double>(most)) {
    bad(row, "more accelerators than are ever delivered for it",
        fmt::format("{} of {}", row.size.text, most));
  } else {
    return true;
  }
  return false;
}

std::optional<std::size_t> TraceJobs::owner(const TraceRow& row) {
  if (row.owner.empty()) {
    if (!jobs_.owner) refused_.add(row, "no owner", "give the workload an \"owner\"");
    return jobs_.owner;
  }
  const auto [known, fresh] = owners_.try_emplace(row.owner, 0);
  if (fresh) known->second = owner_index(world_, std::string(row.owner));
  return known->second;
}

void TraceJobs::take(const TraceRow& row, std::int64_t fields) {
  if (row.fields < fields) {
    return bad(row, "too few fields", fmt::format("{} of {}", row.fields, fields));
  }
  if (!(row.submit.value >= 0)) {
    return bad(row, "a submit time that is no number from zero", in_quotes(row.submit));
  }
  const Instant at = settings_.starts + Seconds(row.submit.value);
  if (!wanted(row, at) || !sound(row)) return;
  const auto owner = this->owner(row);
  if (!owner) return;
  fleet::Job job = jobs_.job(static_cast<std::int64_t>(row.size.value));
  job.name = prefix_ + job_text(row);
  job.owner = *owner;
  job.from = at;
  job.duration = Seconds(std::max(0.0, row.duration.value));
  if (row.requested > 0) job.estimate = Seconds(row.requested);
  world_.jobs.push_back(std::move(job));
}

void TraceJobs::take(const Trace& trace) {
  world_.jobs.reserve(world_.jobs.size() + trace.rows.size());
  for (const TraceRow& row : trace.rows) take(row, trace.fields);
}

void TraceJobs::report(Object& object, fleet::Workload& workload) const {
  refused_.report(object, settings_.path.string());
  left_out_.note(workload);
  for (const std::string& name : settings_.only) {
    if (only_.at(name)) continue;
    object.problem("only", fmt::format("no row is of \"{}\"", name),
                   "correct the name, or leave it out");
  }
}

}  // namespace

std::int64_t WorkloadJobs::most() const {
  return room.empty() ? 0 : *std::max_element(room.begin(), room.end());
}

fleet::Job WorkloadJobs::job(std::int64_t accelerators) const {
  fleet::Job job = usual;
  job.gangs = {accelerators};
  const auto fits = [&](std::int64_t most) { return most >= accelerators; };
  if (std::all_of(room.begin(), room.end(), fits)) return job;
  job.options.clear();
  for (std::size_t i = 0; i < room.size(); ++i) {
    if (fits(room[i])) job.options.push_back(usual.options[i]);
  }
  return job;
}

void read_trace(Object object, const WorkloadJobs& jobs, const std::string& folder,
                fleet::World& world, fleet::Workload& workload) {
  const std::size_t before = object.problem_count();
  const Settings settings = read_settings(object, folder, world);
  if (object.describing() || !settings.format || object.problem_count() > before) return;
  const auto text = file_content(settings.path);
  if (!text) {
    object.problem("file", fmt::format("\"{}\" cannot be read", settings.path.string()),
                   "name a file that is there");
    return;
  }
  workload.source = fmt::format("{}, sha256 {}", settings.path.filename().string(), sha256(*text));
  const Trace trace =
      settings.format == Format::csv ? csv_rows(*text, settings.columns) : swf_rows(*text);
  const std::string path = settings.path.string();
  if (!trace.problem.empty()) {
    object.problem_in({path, static_cast<int>(trace.line), 1}, "file", trace.problem, trace.remedy);
    return;
  }
  if (trace.rows.empty()) {
    object.problem("file", "the trace has no rows", "name another one");
    return;
  }
  TraceJobs taken(settings, jobs, world);
  taken.take(trace);
  taken.report(object, workload);
}

}  // namespace trainyard::scenario
