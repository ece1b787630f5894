#include "scenario/read_team.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "base/digest.hpp"
#include "document/pointer.hpp"
#include "scenario/read_branches.hpp"
#include "scenario/read_checkpoint.hpp"
#include "scenario/read_deliveries.hpp"
#include "scenario/read_placement.hpp"
#include "scenario/read_schedule.hpp"
#include "scenario/read_target.hpp"
#include "scenario/read_task.hpp"
#include "step/placement.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

// Their sets are tasks: two for each more branch.
constexpr std::size_t most_branches = 8;

class TeamReader {
 public:
  TeamReader(Object& object, const std::string& name, const Definitions& definitions,
             fleet::World& world, TaskList& tasks)
      : object_(object),
        name_(name),
        definitions_(definitions),
        world_(world),
        tasks_(tasks),
        team_{.name = name} {}
  void read();

 private:
  [[nodiscard]] bool limits(const step::Task& task);
  void add_tasks(const step::Task& task);
  void add_members(const step::Task& task);
  void add_member(const step::Task& task, std::size_t branch, std::size_t section);
  void aim(const std::optional<Target>& target, const step::Task& task);

  Object& object_;
  const std::string& name_;
  const Definitions& definitions_;
  fleet::World& world_;
  TaskList& tasks_;
  fleet::Team team_;
  fleet::Job common_;  // what members have alike
  std::optional<std::int64_t> at_least_;
};

bool TeamReader::limits(const step::Task& task) {
  const auto branches = static_cast<std::int64_t>(task.joint->branches.size());
  if (branches > static_cast<std::int64_t>(most_branches)) {
    object_.problem("branches", fmt::format("a fleet's job has at most {} branches", most_branches),
                    "put some of them together");
    return false;
  }
  if (at_least_ && *at_least_ > branches) {
    object_.problem("at_least", fmt::format("{} of {} branches", *at_least_, branches),
                    fmt::format("use at most {}", branches));
    return false;
  }
  return true;
}

// A task for every set of branches that is large enough.
void TeamReader::add_tasks(const step::Task& task) {
  const auto& branches = task.joint->branches;
  team_.branches = branches.size();
  const std::size_t all = (std::size_t{1} << branches.size()) - 1;
  const auto least =
      static_cast<std::size_t>(at_least_.value_or(static_cast<std::int64_t>(branches.size())));
  for (std::size_t set = 0; set <= all; ++set) {
    team_.tasks.push_back(fleet::none);
    if (static_cast<std::size_t>(std::popcount(set)) < least) continue;
    step::Task some = task;
    some.joint->branches.clear();
    for (std::size_t b = 0; b < branches.size(); ++b) {
      if ((set >> b & 1) != 0) some.joint->branches.push_back(branches[b]);
    }
    const auto left = static_cast<std::int64_t>(some.joint->branches.size());
    some.joint->sync.quorum = std::min(some.joint->sync.quorum, left);
    if (set != all) some.identity = sha256(fmt::format("{} {}", task.identity, set));
    some.node = some.joint->branches.front().sections.front().node;
    some.request = some.joint->branches.front().sections.front().request;
    team_.tasks.back() = tasks_.add(std::move(some));
  }
}

void TeamReader::add_member(const step::Task& task, std::size_t branch, std::size_t section) {
  const step::Branch& part = task.joint->branches[branch];
  const step::Section& own = part.sections[section];
  fleet::Job job = common_;
  job.name = name_ + "/" + part.name;
  if (part.sections.size() > 1) job.name += "/" + own.name;
  const fleet::Option option{.site = own.site,
                             .node = definitions_.node_index.at(own.node.name),
                             .task = team_.tasks.back()};
  job.options = {option};
  job.gangs = {own.nodes * own.node.accelerators};
  const double share = static_cast<double>(own.stages) / static_cast<double>(own.request.pipeline);
  job.checkpoint.size = job.checkpoint.size * share;
  job.team = world_.teams.size();
  if (deliveries_hold(definitions_)) {
    const std::int64_t most = most_nodes(world_, option, job.chip_owners);
    if (most < own.nodes) {
      const std::string within =
          "/branches/" + document::escaped(part.name) +
          (part.sections.size() > 1 ? "/stages/" + document::escaped(own.name) : "") + "/chips";
      object_.problem_at(
          within,
          fmt::format("{} accelerators, but only {} are ever delivered for it there",
                      job.gangs.front(), most * own.node.accelerators),
          most > 0 ? fmt::format("use at most {}, or add a delivery", most * own.node.accelerators)
                   : "add a delivery of them to the site");
    }
  }
  team_.members.push_back({world_.jobs.size(), branch, section});
  world_.jobs.push_back(std::move(job));
}

void TeamReader::add_members(const step::Task& task) {
  for (std::size_t b = 0; b < task.joint->branches.size(); ++b) {
    for (std::size_t s = 0; s < task.joint->branches[b].sections.size(); ++s) {
      add_member(task, b, s);
    }
  }
}

void TeamReader::aim(const std::optional<Target>& target, const step::Task& task) {
  if (!target) return;
  if (target->unit == Target::Unit::time) {
    object_.problem("until", "a job with branches has no time of computing: each has its own",
                    "write the target in samples, tokens or steps");
    return;
  }
  double samples = 0;
  for (const step::Branch& branch : task.joint->branches) {
    if (const auto placed = step::placement(branch)) {
      samples += static_cast<double>(placed->plan().samples());
    }
  }
  fleet::Job job;
  set_target(object_, *target, task.model, samples, job);
  team_.target_samples = job.target_samples;
}

void TeamReader::read() {
  const std::string owner = object_.text("owner", {.doc = "Whose job it is"}).value_or("nobody");
  common_.owner = owner_index(world_, owner);
  common_.chip_owners = read_chips_of(object_, world_);
  if (common_.chip_owners.empty()) common_.chip_owners = {common_.owner};
  const Common common = read_common(object_, Scale::joint, definitions_);
  const auto target = read_target(object_);
  at_least_ = object_.integer(
      "at_least",
      {.doc = "Branches that go on without the others when these lose their chips; default: all "
              "are needed",
       .presence = Presence::optional,
       .minimum = 1,
       .maximum = 1e6});
  const auto model = definitions_.models.find(common.model);
  const bool known = model != definitions_.models.end();
  read_schedule(object_, world_, known ? checkpoint_size(model->second) : Bytes(), common_);
  auto task = read_joint(object_, common, definitions_, world_);
  if (!task || !common.has_plan || object_.describing()) return;
  if (!limits(*task) || !check(object_, *task, 0)) return;
  common_.model = common.model;
  common_.tokens_per_sample = task->model.tokens_per_sample;
  aim(target, *task);
  add_tasks(*task);
  add_members(*task);
  world_.teams.push_back(std::move(team_));
}

}  // namespace

void read_team(Object& object, const std::string& name, const Definitions& definitions,
               fleet::World& world, TaskList& tasks) {
  TeamReader(object, name, definitions, world, tasks).read();
}

}  // namespace trainyard::scenario
