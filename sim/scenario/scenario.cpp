#include "scenario/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "document/pointer.hpp"
#include "document/value.hpp"
#include "scenario/read_confidence.hpp"
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
  Place place;
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
// rest after (a number of a platform file). Nothing where too little of the document is known to
// read it.
std::optional<Node> changed(Node root, const std::vector<Change>& changes, Library& library,
                            document::Report& report) {
  std::vector<const Change*> later;
  for (const Change& change : changes) {
    if (document::find(root, change.pointer) == nullptr) {
      later.push_back(&change);
      continue;
    }
    collect(report, [&] { document::set(root, change.pointer, change.value); });
  }
  if (!later.empty()) resolve_known(root, library);
  for (const Change* change : later) {
    collect(report, [&] { document::set(root, change->pointer, change->value); });
  }
  if (resolve(root, library, report) == Resolved::in_part) return std::nullopt;
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
  const std::vector<VariantChanges> only_one{{"", {}, root.place()}};
  if (variants == nullptr) return only_one;
  std::vector<VariantChanges> all;
  if (variants->kind != Kind::object || variants->members.empty()) {
    report.add(Problem{variants->place(), "/variants", "variants are an object, name -> changes",
                       "name at least one variant, or leave \"variants\" out"});
    return only_one;
  }
  for (const auto& [name, changes] : variants->members) {
    VariantChanges variant{name, {}, changes.place()};
    const std::string pointer = "/variants/" + document::escaped(name);
    if (const std::string wrong = document::name_problem(name); !wrong.empty()) {
      report.add(Problem{changes.place(), pointer, wrong, "choose another name"});
    }
    if (changes.kind != Kind::object) {
      report.add(Problem{changes.place(), pointer, "a variant is an object, JSON pointer -> value",
                         "write {} for a variant without changes"});
      continue;
    }
    for (const auto& [target, value] : changes.members) {
      if (target.starts_with("/variants") || target.starts_with("/baseline") ||
          target.starts_with("/seed")) {
        report.add(Problem{value.place(), pointer,
                           fmt::format("a variant cannot change {}", target),
                           "change what the scenario describes"});
        continue;
      }
      variant.changes.push_back({target, value});
    }
    all.push_back(std::move(variant));
  }
  return all.empty() ? only_one : all;
}

void check_baseline(const Node& root, const std::vector<VariantChanges>& variants,
                    document::Report& report) {
  const Node* baseline = root.kind == Kind::object ? root.find("baseline") : nullptr;
  if (baseline == nullptr || baseline->kind != Kind::string) return;
  std::vector<std::string> names;
  for (const VariantChanges& variant : variants) {
    if (!variant.name.empty()) names.push_back(variant.name);
  }
  if (std::find(names.begin(), names.end(), baseline->string) != names.end()) return;
  report.add(Problem{baseline->place(), "/baseline",
                     fmt::format("unknown variant \"{}\"", baseline->string),
                     names.empty() ? "add \"variants\", or leave \"baseline\" out"
                                   : suggestion(baseline->string, names)});
}

class Reading {
 public:
  Reading(const Request& request, Library& library)
      : request_(request), library_(library), tasks_(request.room) {}
  Scenario run();

 private:
  void variant(const Node& base, const VariantChanges& changes);
  void keep(VariantParts parts, const VariantChanges& changes);
  [[nodiscard]] bool shares_horizon(const std::optional<fleet::World>& world) const;

  const Request& request_;
  Library& library_;
  document::Report report_;
  TaskList tasks_;
  Scenario scenario_;
  std::size_t kept_ = 0;
};

bool Reading::shares_horizon(const std::optional<fleet::World>& world) const {
  if (kept_ == 0) return true;
  if (!world || scenario_.worlds.empty()) return !world && scenario_.worlds.empty();
  const fleet::World& first = scenario_.worlds.front();
  return world->from == first.from && world->to == first.to && world->bin == first.bin;
}

void Reading::keep(VariantParts parts, const VariantChanges& changes) {
  // Variants go into one result: they share its time axis.
  if (!shares_horizon(parts.world)) {
    report_.add(Problem{changes.place, "/variants/" + document::escaped(changes.name),
                        "changes the horizon, which all variants share",
                        "play it as a scenario of its own"});
  }
  if (parts.world) {
    parts.world->variant = changes.name;
    scenario_.worlds.push_back(std::move(*parts.world));
  }
  for (StepJob& job : parts.steps) {
    job.variant = changes.name;
    scenario_.steps.push_back(std::move(job));
  }
  ++kept_;
}

void Reading::variant(const Node& base, const VariantChanges& changes) {
  document::Report report;
  if (const auto document = changed(base, changes.changes, library_, report)) {
    const Origin origin{std::filesystem::path(request_.path).parent_path().string(), request_.seed};
    VariantParts parts = read_root(Object(*document, "", report), &*document, tasks_, origin);
    if (kept_ == 0) {
      scenario_.title = parts.title;
      scenario_.seed = request_.seed.value_or(parts.seed);
      scenario_.baseline = parts.baseline;
      scenario_.resolved = document::canonical_text(*document);
      scenario_.marks = report.marks();
    }
    keep(std::move(parts), changes);
  }
  // A problem that several variants have is the same text, and told once.
  for (const Problem& problem : report.problems()) report_.add(problem);
}

Scenario Reading::run() {
  Node root = document::parse_file(request_.path);
  std::vector<Change> later;  // of what only the resolved document has
  for (Change& change : override_changes(request_.overrides)) {
    if (document::find(root, change.pointer) == nullptr) {
      later.push_back(std::move(change));
    } else {
      collect(report_, [&] { document::set(root, change.pointer, change.value); });
    }
  }
  const auto variants = read_variants(root, report_);
  check_baseline(root, variants, report_);
  for (VariantChanges changes : variants) {
    changes.changes.insert(changes.changes.begin(), later.begin(), later.end());
    variant(root, changes);
  }
  report_.throw_if_any();
  scenario_.tasks = tasks_.all();
  scenario_.confidence = read_confidence(library_);
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
                                 read_root(std::move(root), nullptr, tasks, {});
                               });
}

}  // namespace trainyard::scenario
