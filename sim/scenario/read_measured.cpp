#include "scenario/read_measured.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <filesystem>
#include <optional>
#include <set>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "scenario/layer_rows.hpp"
#include "scenario/row_faults.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;
using parallelism::LayerTime;
using parallelism::LayerTimes;
using parallelism::MeasuredAt;
using parallelism::MeasuredLayers;

namespace {

// Which rows of which file; `member` of the object named the file.
struct Choice {
  std::string file;
  std::string member;
  std::optional<std::string> model;
  std::optional<std::string> accelerator;
};

std::string in_quotes(const RowNumber& number) {
  return fmt::format("\"{}\"", number.text);
}

class TableReader {
 public:
  TableReader(Object& object, const Choice& choice, const std::string& folder)
      : object_(object),
        choice_(choice),
        path_((std::filesystem::path(folder) / choice.file).lexically_normal()) {}

  // None where something is wrong, which was reported.
  SharedTimes read();

 private:
  using Rows = std::map<std::int64_t, const LayerRow*>;  // by layer

  void choose(const LayerTable& table, const char* column, bool there,
              std::string_view LayerRow::*text, const char* member,
              const std::optional<std::string>& wanted);
  void take(const LayerRow& row);
  bool sound(const LayerRow& row);
  void bad(const LayerRow& row, std::string_view kind, std::string_view detail,
           std::string_view remedy) {
    faults_.add(row.line, "a row", kind, remedy, detail);
  }
  void check(const Rows& rows);
  [[nodiscard]] LayerTime time(const LayerRow& row) const;
  [[nodiscard]] MeasuredLayers layers(const Rows& rows) const;

  Object& object_;
  const Choice& choice_;
  std::filesystem::path path_;
  std::int64_t fields_ = 0;
  bool has_update_ = false;
  std::map<MeasuredAt, Rows> rows_;
  RowFaults faults_;
};

// A file may hold several models and accelerators: all rows are of the one wanted, or of one only.
void TableReader::choose(const LayerTable& table, const char* column, bool there,
                         std::string_view LayerRow::*text, const char* member,
                         const std::optional<std::string>& wanted) {
  if (wanted && !there) {
    object_.problem(member, fmt::format("{} has no column \"{}\"", choice_.file, column),
                    "leave it out, or add the column");
    return;
  }
  std::set<std::string> names;
  for (const LayerRow& row : table.rows) {
    if (row.fields >= fields_) names.emplace(row.*text);
  }
  const std::vector<std::string> known(names.begin(), names.end());
  if (wanted && !names.contains(*wanted)) {
    object_.problem(member, fmt::format("no row of {} is of \"{}\"", choice_.file, *wanted),
                    suggestion(*wanted, known));
  } else if (!wanted && known.size() > 1) {
    object_.problem(choice_.member,
                    fmt::format("{} has times of {}", choice_.file, fmt::join(known, ", ")),
                    fmt::format("name one: {{\"file\": \"{}\", \"{}\": \"{}\"}}", choice_.file,
                                member, known.front()));
  }
}

bool TableReader::sound(const LayerRow& row) {
  const auto whole = [&](const RowNumber& number, double least, std::string_view what) {
    if (number.value >= least && number.value == std::floor(number.value) && number.value < 1e9) {
      return true;
    }
    bad(row, fmt::format("a {} that is no whole number from {}", what, least), in_quotes(number),
        "correct it");
    return false;
  };
  const auto time = [&](const RowNumber& number, std::string_view what) {
    if (number.value >= 0) return true;
    bad(row, fmt::format("a {} that is no time in seconds", what), in_quotes(number),
        "give seconds, 0 or more");
    return false;
  };
  bool good = whole(row.micro_batch, 1, "mbs");
  good = whole(row.tensor, 1, "tp") && good;
  good = whole(row.layer, 0, "layer") && good;
  good = time(row.forward, "fwd_s") && good;
  good = time(row.backward, "bwd_s") && good;
  return (!has_update_ || time(row.update, "update_s")) && good;
}

void TableReader::take(const LayerRow& row) {
  if (row.fields < fields_) {
    return bad(row, "too few fields", fmt::format("{} of {}", row.fields, fields_), "correct it");
  }
  if (choice_.model && row.model != *choice_.model) return;
  if (choice_.accelerator && row.accelerator != *choice_.accelerator) return;
  if (!sound(row)) return;
  const MeasuredAt at{static_cast<std::int64_t>(row.micro_batch.value),
                      static_cast<std::int64_t>(row.tensor.value)};
  const auto [known, fresh] =
      rows_[at].try_emplace(static_cast<std::int64_t>(row.layer.value), &row);
  if (fresh) return;
  bad(row, "the mbs, tp and layer of another",
      fmt::format("{}, {} and {} on line {}", at.micro_batch, at.tensor, known->first,
                  known->second->line),
      "keep one of them");
}

// Layers stand for places in the model: a gap would shift all that follow.
void TableReader::check(const Rows& rows) {
  std::int64_t next = 0;
  for (const auto& [layer, row] : rows) {
    if (layer != next) {
      return bad(*row, "a layer without the one before it",
                 fmt::format("{} at mbs {} and tp {}, where {} is missing", layer,
                             row->micro_batch.text, row->tensor.text, next),
                 "number the entry 0, and on to the exit without gaps");
    }
    ++next;
  }
  if (next < 3) {
    const LayerRow& last = *rows.rbegin()->second;
    bad(last, "no layer between entry and exit",
        fmt::format("{} rows at mbs {} and tp {}", next, last.micro_batch.text, last.tensor.text),
        "number the entry 0, and on to the exit");
  }
}

LayerTime TableReader::time(const LayerRow& row) const {
  return {.forward = Seconds(row.forward.value),
          .backward = Seconds(row.backward.value),
          .update = has_update_ ? std::optional(Seconds(row.update.value)) : std::nullopt};
}

MeasuredLayers TableReader::layers(const Rows& rows) const {
  MeasuredLayers layers{
      .entry = time(*rows.begin()->second), .blocks = {}, .exit = time(*rows.rbegin()->second)};
  for (auto row = std::next(rows.begin()); row != std::prev(rows.end()); ++row) {
    layers.blocks.push_back(time(*row->second));
  }
  return layers;
}

SharedTimes TableReader::read() {
  const std::size_t before = object_.problem_count();
  const auto text = file_content(path_);
  if (!text) {
    object_.problem(choice_.member, fmt::format("\"{}\" cannot be read", path_.string()),
                    "name a file that is there, from the scenario's folder");
    return nullptr;
  }
  const LayerTable table = layer_rows(*text);
  if (!table.problem.empty()) {
    object_.problem_in({path_.string(), static_cast<int>(table.line), 1}, choice_.member,
                       table.problem, table.remedy);
    return nullptr;
  }
  fields_ = table.fields;
  has_update_ = table.has_update;
  choose(table, "model", table.has_model, &LayerRow::model, "model", choice_.model);
  choose(table, "gpu_type", table.has_accelerator, &LayerRow::accelerator, "accelerator",
         choice_.accelerator);
  // Rows of several models would all be duplicates.
  if (object_.problem_count() > before) return nullptr;
  for (const LayerRow& row : table.rows) take(row);
  for (const auto& [at, rows] : rows_) check(rows);
  faults_.report(object_, path_.string(), choice_.member);
  if (object_.problem_count() > before) return nullptr;
  LayerTimes times{.name = path_.filename().string(),
                   .digest = sha256(*text + "\n" + choice_.model.value_or("") + "\n" +
                                    choice_.accelerator.value_or("")),
                   .layers = {}};
  for (const auto& [at, rows] : rows_) times.layers.emplace(at, layers(rows));
  return std::make_shared<const LayerTimes>(std::move(times));
}

SharedTimes read_table(Object& object, const std::string& folder) {
  Choice choice{.member = "file"};
  const auto file = object.text(
      "file", {.doc = "Path of a CSV file of layer times, relative to the scenario's folder"});
  choice.model =
      object.text("model", {.doc = "Which rows, by their column model; default: all are of one",
                            .presence = Presence::optional});
  choice.accelerator = object.text(
      "accelerator", {.doc = "Which rows, by their column gpu_type; default: all are of one",
                      .presence = Presence::optional});
  if (object.describing() || !file) return nullptr;
  choice.file = *file;
  return TableReader(object, choice, folder).read();
}

void check_name(Object& object, const std::string& name, const Definitions& definitions) {
  std::set<std::string> known;
  for (const hardware::Node& node : definitions.nodes) known.insert(node.accelerator.name);
  if (known.contains(name)) return;
  object.problem("", fmt::format("no node here has the accelerator \"{}\"", name),
                 suggestion(name, {known.begin(), known.end()}));
}

void read_by_accelerator(Object& object, const Definitions& definitions, MeasuredTables& tables) {
  const std::size_t before = object.problem_count();
  object.each("accelerators", {.doc = "A table for each accelerator, by its name"},
              [&](const std::string& name, Object table) {
                if (!table.describing()) check_name(table, name, definitions);
                tables.by_chip[name] = read_table(table, definitions.folder);
              });
  if (!tables.by_chip.empty() || object.describing() || object.problem_count() > before) return;
  object.problem("accelerators", "no accelerator is named",
                 "name one, or leave \"measured\" out for the kernel model");
}

}  // namespace

SharedTimes MeasuredTables::on(const std::string& accelerator) const {
  if (by_chip.empty()) return every;
  if (const auto found = by_chip.find(accelerator); found != by_chip.end()) return found->second;
  return std::make_shared<const LayerTimes>(
      LayerTimes{.name = "\"accelerators\"", .digest = "none", .layers = {}});
}

MeasuredTables read_measured(Object& plan, const Definitions& definitions) {
  MeasuredTables tables;
  bool object_stands = false;
  const std::string path = plan.object_or_text(
      "measured",
      {.doc = "Layer times to take instead of the kernel model: path of a CSV file, relative to "
              "the scenario's folder, or an object; default: the kernel model",
       .presence = Presence::optional},
      [&](Object object) {
        object_stands = true;
        object.split(
            "accelerators",
            [&](Object& several) { read_by_accelerator(several, definitions, tables); },
            [&](Object& one) { tables.every = read_table(one, definitions.folder); });
      });
  if (plan.has("measured") && !object_stands) {
    const Choice choice{.file = path, .member = "measured"};
    tables.every = TableReader(plan, choice, definitions.folder).read();
  }
  return tables;
}

}  // namespace trainyard::scenario
