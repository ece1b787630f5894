#include "scenario/read_jobs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <set>

#include "scenario/plan_options.hpp"
#include "scenario/read_after.hpp"
#include "scenario/read_checkpoint.hpp"
#include "scenario/read_deliveries.hpp"
#include "scenario/read_placement.hpp"
#include "scenario/read_schedule.hpp"
#include "scenario/read_target.hpp"
#include "scenario/read_task.hpp"
#include "scenario/read_team.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

class JobReader {
 public:
  JobReader(Object& object, const Definitions& definitions, fleet::World& world, TaskList& tasks,
            fleet::Job job)
      : object_(object),
        definitions_(definitions),
        world_(world),
        tasks_(tasks),
        job_(std::move(job)) {}

  void read();

 private:
  void place();
  void data();
  void trained(Object& object);
  void timed(Object& object);
  void read_chips(Object& object);
  [[nodiscard]] const model::Model* known_model() const;
  void settle_trained();
  void settle_timed();
  void settle_spares();

  Object& object_;
  const Definitions& definitions_;
  fleet::World& world_;
  TaskList& tasks_;
  fleet::Job job_;
  Placement placement_;
  Asked asked_;
  bool has_size_ = false;
  Common common_;
  std::optional<Target> target_;
};

void JobReader::place() {
  const std::string owner = object_.text("owner", {.doc = "Whose job it is"}).value_or("nobody");
  job_.owner = owner_index(world_, owner);
  placement_ = read_placement(object_, world_);
  if (placement_.chip_owners.empty()) placement_.chip_owners = {job_.owner};
  job_.chip_owners = placement_.chip_owners;
  asked_.chip_owners = placement_.chip_owners;
}

void JobReader::data() {
  object_.object(
      "data",
      {.doc = "Data that must be at the site before the job starts there",
       .presence = Presence::optional},
      [&](Object data) {
        fleet::DataSet set;
        set.size = data.quantity<Bytes>(
            "size", {.doc = "All of it", .minimum = 0, .maximum = 1e21, .minimum_excluded = true});
        const auto home = data.text("home", {.doc = "Site where it lies"});
        if (!home || data.describing()) return;
        set.home = site_index(data, "home", *home, world_).value_or(0);
        job_.data = set;
      });
}

// "chips" or "gangs".
void JobReader::read_chips(Object& object) {
  const auto chips = object.integer_or_text(
      "chips", {.doc = "Accelerators, or \"all\" that it can get: it grows at checkpoints; or give "
                       "\"gangs\"",
                .presence = Presence::optional,
                .minimum = 1,
                .maximum = most_accelerators,
                .one_of = {"all"}});
  const std::size_t before = object.problem_count();
  asked_.gangs = object.integers(
      "gangs",
      {.doc = "Numbers of accelerators that it may run on: the largest there are chips for",
       .presence = Presence::optional,
       .minimum = 1,
       .maximum = most_accelerators});
  if (object.describing() || object.absent()) return;
  has_size_ = chips || !asked_.gangs.empty();
  if (object.has("gangs")) {
    asked_.member = "gangs";
    if (object.has("chips")) {
      object.problem("gangs", "\"chips\" and \"gangs\" are both given", "leave out one of the two");
    } else if (asked_.gangs.empty() && object.problem_count() == before) {
      object.problem("gangs", "no gang is given", "name at least one number of accelerators");
    }
    std::sort(asked_.gangs.begin(), asked_.gangs.end(), std::greater<>());
    if (std::adjacent_find(asked_.gangs.begin(), asked_.gangs.end()) != asked_.gangs.end()) {
      object.problem("gangs", "a gang is given twice", "give each once");
    }
  } else if (!object.has("chips")) {
    object.problem("", "missing \"chips\"",
                   "add the number of its accelerators, \"all\" that it can get, or \"gangs\"");
  } else if (chips && chips->integer) {
    asked_.gangs = {*chips->integer};
  }
}

void JobReader::trained(Object& object) {
  read_chips(object);
  common_ = read_common(object, Scale::fleet, definitions_);
  target_ = read_target(object);
}

void JobReader::timed(Object& object) {
  job_.duration = object.quantity<Seconds>(
      "duration", {.doc = "Computing time of a job without a model, on \"chips\" accelerators",
                   .minimum = 0,
                   .maximum = longest_horizon});
  const auto chips = object.integer("chips", {.doc = "Accelerators; fewer than a node has share it",
                                              .minimum = 1,
                                              .maximum = most_accelerators});
  has_size_ = chips.has_value();
  if (chips) asked_.gangs = {*chips};
  for (const char* key : {"model", "plan", "software", "until", "gangs"}) {
    if (!object.has(key)) continue;
    object.ignore(key, "");
    object.problem(key, fmt::format("a job of known \"duration\" has no \"{}\"", key),
                   "leave out one of the two");
  }
}

void JobReader::settle_spares() {
  if (asked_.spares == 0 || job_.options.empty()) return;
  std::set<std::int64_t> sizes;
  for (const fleet::Option& option : job_.options) {
    const hardware::Node& node = world_.nodes[option.node];
    sizes.insert(node.accelerators);
    report(object_, whole_nodes("spares", asked_.spares, node));
  }
  if (sizes.size() > 1) {
    object_.problem(
        "spares",
        fmt::format("its kinds of node have {} accelerators, and spares are whole nodes",
                    fmt::join(sizes, " and ")),
        "name one \"node\", or leave the spares out");
  }
  job_.spares = asked_.spares / *sizes.begin();
}

const model::Model* JobReader::known_model() const {
  const auto model = definitions_.models.find(common_.model);
  return model == definitions_.models.end() ? nullptr : &model->second;
}

void JobReader::settle_trained() {
  const model::Model* model = known_model();
  job_.model = common_.model;
  if (model != nullptr) job_.tokens_per_sample = model->tokens_per_sample;
  asked_.options = options(object_, definitions_, world_, placement_, Unnamed::one_kind);
  if (!has_size_ || !common_.has_plan) return;
  asked_.options = with_room(object_, definitions_, world_, asked_);
  Planned planned = plan_options(object_, definitions_, world_, common_, asked_);
  job_.options = planned.options;
  for (std::size_t i = 0; i < planned.options.size(); ++i) {
    job_.options[i].task = tasks_.add(std::move(planned.tasks[i]));
  }
  if (target_ && model != nullptr && !planned.options.empty()) {
    set_target(object_, *target_, *model, planned.batch, job_);
  }
}

void JobReader::settle_timed() {
  asked_.options = options(object_, definitions_, world_, placement_, Unnamed::any_kind);
  if (has_size_) job_.options = with_room(object_, definitions_, world_, asked_);
}

void JobReader::read() {
  place();
  const auto spares = object_.integer(
      "spares", {.doc = "Accelerators kept beside the gang for those that fail, whole nodes; "
                        "default 0",
                 .presence = Presence::optional,
                 .minimum = 0,
                 .maximum = most_accelerators});
  asked_.spares = spares.value_or(0);
  object_.split(
      "duration", [&](Object& object) { timed(object); }, [&](Object& object) { trained(object); });
  const model::Model* model = known_model();
  read_schedule(object_, world_, model == nullptr ? Bytes() : checkpoint_size(*model), job_);
  data();
  if (object_.describing() || placement_.sites.empty()) return;
  if (object_.has("duration")) {
    settle_timed();
  } else {
    settle_trained();
  }
  job_.gangs = asked_.gangs;
  settle_spares();
  world_.jobs.push_back(std::move(job_));
}

}  // namespace

void read_jobs(Object& root, const Definitions& definitions, fleet::World& world, TaskList& tasks) {
  std::vector<Predecessors> predecessors;
  std::vector<std::string> named;
  const bool optional = root.describing() || root.has("workloads");
  root.each(
      "jobs",
      {.doc = "Jobs by name: of a model and its plan, or of a known duration",
       .presence = optional ? Presence::optional : Presence::required},
      [&](const std::string& name, Object object) {
        named.push_back(name);
        predecessors.push_back(read_after(object, name));
        object.split(
            "branches",
            [&](Object& several) { read_team(several, name, definitions, world, tasks); },
            [&](Object& one) { JobReader(one, definitions, world, tasks, {.name = name}).read(); });
      });
  if (!root.describing()) link_predecessors(root, predecessors, named, world);
}

}  // namespace trainyard::scenario
