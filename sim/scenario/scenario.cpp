#include "scenario/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "document/pointer.hpp"
#include "scenario/read_world.hpp"
#include "scenario/resolve.hpp"

namespace trainyard::scenario {

using document::Kind;
using document::Node;
using document::Object;

namespace {

// One change of the document: a pointer, a value, and where both were written.
struct Change {
  std::string pointer;
  Node value;
};

struct VariantChanges {
  std::string name;
  std::vector<Change> changes;
};

// Adds the problems of what `act` throws, each seen from where the change is written.
template <class Act>
void collect(document::Report& report, const Act& act) {
  try {
    act();
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems()) report.add(problem);
  }
}

// What the scenario's own text has is changed before names are resolved (a model's name, say), the
// rest after (a number of a platform file).
Node changed(Node root, const std::vector<Change>& changes, Library& library,
             document::Report& report) {
  std::vector<const Change*> later;
  for (const Change& change : changes) {
    if (document::find(root, change.pointer) == nullptr) {
      later.push_back(&change);
      continue;
    }
    collect(report, [&] { document::set(root, change.pointer, change.value); });
  }
  document::Report first;
  resolve(root, library, first);
  for (const Change* change : later) {
    collect(report, [&] { document::set(root, change->pointer, change->value); });
  }
  if (later.empty()) {
    for (const Problem& problem : first.problems()) report.add(problem);
  } else {
    resolve(root, library, report);
  }
  return root;
}

std::vector<Change> override_changes(const std::vector<std::string>& texts) {
  std::vector<Change> changes;
  for (const std::string& text : texts) {
    document::Override parsed = document::parse_override(text);
    changes.push_back({std::move(parsed.pointer), std::move(parsed.value)});
  }
  return changes;
}

std::vector<VariantChanges> read_variants(const Node& root, document::Report& report) {
  const Node* variants = root.kind == Kind::object ? root.find("variants") : nullptr;
  if (variants == nullptr) return {{"", {}}};
  std::vector<VariantChanges> all;
  if (variants->kind != Kind::object || variants->members.empty()) {
    report.add(Problem{variants->place(), "/variants", "variants are an object, name -> changes",
                       "name at least one variant, or leave \"variants\" out"});
    return {{"", {}}};
  }
  for (const auto& [name, changes] : variants->members) {
    VariantChanges variant{name, {}};
    const std::string pointer = "/variants/" + document::escaped(name);
    if (changes.kind != Kind::object || name.empty()) {
      report.add(Problem{changes.place(), pointer, "a variant is an object, JSON pointer -> value",
                         "write {} for a variant without changes"});
      continue;
    }
    for (const auto& [target, value] : changes.members) {
      if (target.starts_with("/variants") || target.starts_with("/baseline")) {
        report.add(Problem{value.place(), pointer,
                           fmt::format("a variant cannot change {}", target),
                           "change what the scenario describes"});
        continue;
      }
      variant.changes.push_back({target, value});
    }
    all.push_back(std::move(variant));
  }
  return all;
}

void check_baseline(const Node& root, const std::vector<VariantChanges>& variants,
                    document::Report& report) {
  const Node* baseline = root.kind == Kind::object ? root.find("baseline") : nullptr;
  if (baseline == nullptr || baseline->kind != Kind::string) return;
  std::vector<std::string> names;
  for (const VariantChanges& variant : variants) names.push_back(variant.name);
  if (std::find(names.begin(), names.end(), baseline->string) != names.end()) return;
  report.add(Problem{baseline->place(), "/baseline",
                     fmt::format("unknown variant \"{}\"", baseline->string),
                     suggestion(baseline->string, names)});
}

// Variants go into one result: they share its time axis.
void check_horizons(const std::vector<fleet::World>& worlds, const std::string& file,
                    document::Report& report) {
  for (const fleet::World& world : worlds) {
    const fleet::World& first = worlds.front();
    if (world.from == first.from && world.to == first.to && world.bin == first.bin) continue;
    report.add(Problem{{file, 0, 0},
                       "/variants/" + document::escaped(world.variant),
                       "changes the horizon, which all variants share",
                       "play it as a scenario of its own"});
  }
}

class Reading {
 public:
  Reading(const Request& request, Library& library) : request_(request), library_(library) {}
  Scenario run();

 private:
  void variant(const Node& base, const VariantChanges& changes, bool first);

  const Request& request_;
  Library& library_;
  document::Report report_;
  TaskList tasks_;
  Scenario scenario_;
};

void Reading::variant(const Node& base, const VariantChanges& changes, bool first) {
  document::Report report;
  const Node document = changed(base, changes.changes, library_, report);
  // Values are read only from a document whose changes and names hold.
  if (report.problems().empty()) {
    VariantParts parts = read_root(Object(document, "", report), &document, tasks_);
    if (first) {
      scenario_.title = parts.title;
      scenario_.seed = request_.seed.value_or(parts.seed);
      scenario_.baseline = parts.baseline;
      scenario_.resolved = document::canonical_text(document);
      scenario_.marks = report.marks();
    }
    if (parts.world) {
      parts.world->variant = changes.name;
      scenario_.worlds.push_back(std::move(*parts.world));
    }
    for (StepJob& job : parts.steps) {
      job.variant = changes.name;
      scenario_.steps.push_back(std::move(job));
    }
  }
  for (Problem problem : report.problems()) {
    // Which variant it is of, unless every variant has it: equal problems are told once.
    report_.add(std::move(problem));
  }
}

Scenario Reading::run() {
  Node root = document::parse_file(request_.path);
  for (const Change& change : override_changes(request_.overrides)) {
    if (document::find(root, change.pointer) != nullptr) {
      collect(report_, [&] { document::set(root, change.pointer, change.value); });
    }
  }
  const auto variants = read_variants(root, report_);
  check_baseline(root, variants, report_);
  for (const VariantChanges& changes : variants) {
    VariantChanges all = changes;
    for (Change& change : override_changes(request_.overrides)) {
      if (document::find(root, change.pointer) == nullptr) {
        all.changes.insert(all.changes.begin(), std::move(change));
      }
    }
    variant(root, all, &changes == &variants.front());
  }
  if (!scenario_.worlds.empty()) check_horizons(scenario_.worlds, request_.path, report_);
  report_.throw_if_any();
  scenario_.tasks = tasks_.all();
  scenario_.overrides = request_.overrides;
  return std::move(scenario_);
}

}  // namespace

Scenario read(const Request& request, Library& library) {
  return Reading(request, library).run();
}

std::string schema() {
  return document::schema_text("Trainyard scenario",
                               "What a fleet or a training step is made of; see docs/scenario.md",
                               [](Object root) {
                                 TaskList tasks;
                                 read_root(std::move(root), nullptr, tasks);
                               });
}

}  // namespace trainyard::scenario
