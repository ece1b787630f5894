#include "scenario/read_branches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/digest.hpp"
#include "scenario/read_deliveries.hpp"
#include "scenario/read_plan.hpp"
#include "scenario/read_sync.hpp"
#include "step/balance.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

class JointReader {
 public:
  JointReader(Object& object, const Common& common, const Definitions& definitions,
              const fleet::World& places)
      : object_(object), common_(common), definitions_(definitions), places_(places) {}
  std::optional<step::Task> read();

 private:
  void branch(const std::string& name, Object& object);
  void section(const std::string& name, Object& object, const Common& common, Presence stages,
               step::Branch& branch);
  [[nodiscard]] std::optional<std::size_t> site(Object& object);
  void add_section(Object& object, Common common, step::Section section, std::int64_t chips,
                   step::Branch& branch);
  void count_stages(Object& object, const Common& common, step::Branch& branch);
  void wide_area();
  [[nodiscard]] std::string wide_text() const;
  void sync();
  void balance();
  bool divides();
  void identify();

  Object& object_;
  const Common& common_;
  const Definitions& definitions_;
  const fleet::World& places_;
  std::optional<step::Task> task_;  // of the first section
  step::Joint joint_;
  std::vector<std::string> digests_;  // of the sections of the branch being read
  bool complete_ = true;              // nothing was left out for a fault reported elsewhere
};

std::optional<std::size_t> JointReader::site(Object& object) {
  const bool needed = places_.sites.size() != 1;
  const auto name = object.text(
      "site",
      {.doc = "Where it stands; may be left out where there is one site",
       .presence = needed && !object.describing() ? Presence::required : Presence::optional});
  if (!name) return needed ? std::nullopt : std::optional<std::size_t>(0);
  return site_index(object, "site", *name, places_);
}

void JointReader::add_section(Object& object, Common common, step::Section section,
                              std::int64_t chips, step::Branch& branch) {
  const auto task = make_task(common, definitions_);
  if (!task) {
    complete_ = false;
    return;
  }
  for (const step::Objection& objection : whole_nodes("chips", chips, task->node)) {
    object.problem("chips", objection.message, objection.remedy);
    complete_ = false;
  }
  section.node = task->node;
  section.nodes = chips / task->node.accelerators;
  section.request = task->request;
  digests_.push_back(task->identity + fmt::format(" {} {}", section.nodes, section.stages));
  if (!task_) task_ = *task;
  branch.sections.push_back(std::move(section));
}

void JointReader::section(const std::string& name, Object& object, const Common& common,
                          Presence stages, step::Branch& branch) {
  Common own = common;
  step::Section section{.name = name};
  own.node = object.text("node", {.doc = "Kind of node"}).value_or("");
  const auto chips =
      object.integer("chips", {.doc = "Accelerators", .minimum = 1, .maximum = most_accelerators});
  if (stages == Presence::required) {
    section.stages =
        object
            .integer("stages",
                     {.doc = "Pipeline stages that stand here", .minimum = 1, .maximum = 1e6})
            .value_or(1);
  } else {
    section.stages = own.request.pipeline;
  }
  read_section_plan(object, own.request, section.own);
  const auto where = site(object);
  if (object.describing() || !chips || !where || !own.has_plan) {
    complete_ = complete_ && object.describing();
    return;
  }
  section.site = *where;
  add_section(object, std::move(own), std::move(section), *chips, branch);
}

// Sections say how many stages they have; the plan's "pipeline", where given, is their sum.
void JointReader::count_stages(Object& object, const Common& common, step::Branch& branch) {
  std::int64_t sum = 0;
  for (const step::Section& section : branch.sections) sum += section.stages;
  if (common.request.pipeline > 1 && common.request.pipeline != sum) {
    object.problem("stages",
                   fmt::format("they are {} together, and the plan's \"pipeline\" says {}", sum,
                               common.request.pipeline),
                   "make them equal, or leave \"pipeline\" out");
  }
  for (step::Section& section : branch.sections) section.request.pipeline = sum;
  for (std::string& digest : digests_) digest += fmt::format(" of {}", sum);
}

void JointReader::branch(const std::string& name, Object& object) {
  step::Branch branch{.name = name};
  Common common = common_;
  const std::size_t before = object.problem_count();
  common.software = object
                        .text("software", {.doc = "Name of the software; default: the job's",
                                           .presence = Presence::optional})
                        .value_or(common.software);
  branch.own_plan = object.object(
      "plan",
      {.doc = "How this branch is divided; default: the job's", .presence = Presence::optional},
      [&](Object plan) { read_plan_into(std::move(plan), definitions_, common); });
  if (branch.own_plan) common.has_plan = object.problem_count() == before;
  digests_.clear();
  object.split(
      "stages",
      [&](Object& staged) {
        staged.each("stages",
                    {.doc = "Runs of pipeline stages by name, in their order, each on nodes of "
                            "its own kind or at its own site"},
                    [&](const std::string& run, Object one) {
                      section(run, one, common, Presence::required, branch);
                    });
        if (!branch.sections.empty()) count_stages(staged, common, branch);
        if (branch.sections.empty() && complete_ && !staged.describing()) {
          staged.problem("stages", "no run of stages is given", "name at least one");
          complete_ = false;
        }
      },
      [&](Object& whole) { section(name, whole, common, Presence::optional, branch); });
  if (branch.sections.empty()) return;
  const bool one_site = std::ranges::all_of(branch.sections, [&](const step::Section& section) {
    return section.site == branch.sections.front().site;
  });
  std::string text;
  for (const std::string& digest : digests_) text += digest;
  for (const step::Section& section : branch.sections) {
    if (!one_site) text += fmt::format(" at {}", section.site);
  }
  branch.identity = sha256(text);
  joint_.branches.push_back(std::move(branch));
}

void JointReader::wide_area() {
  for (const fleet::Site& site : places_.sites) {
    joint_.wide.sites.push_back(site.place.name);
    joint_.wide.ports.push_back(site.place.wan_port);
  }
  joint_.wide.links = places_.wan;
}

std::string JointReader::wide_text() const {
  std::string text;
  for (std::size_t i = 0; i < joint_.wide.sites.size(); ++i) {
    text += fmt::format(" {} {}", joint_.wide.sites[i], joint_.wide.ports[i].value());
  }
  for (const hardware::WanLink& link : joint_.wide.links) {
    text += fmt::format(" {} {} {} {} {} {}", link.from, link.to, link.latency.value(),
                        link.bandwidth.value(), link.background.value(), link.per_stream.value());
  }
  return text;
}

void JointReader::sync() {
  const bool narrow = task_ && task_->request.gradient_precision == hardware::Precision::bf16;
  const double bits = narrow ? 16 : 32;
  joint_.sync.bits = bits;
  object_.object(
      "sync",
      {.doc = "How branches keep their copies of the model equal", .presence = Presence::optional},
      [&](Object sync) { joint_.sync = read_sync(sync, bits); });
}

// Layers over stages and micro-batches over branches, by speed.
void JointReader::balance() {
  const auto how = object_.text(
      "balance",
      {.doc = "How layers are shared out over stages of unlike nodes and a global batch over "
              "unlike branches: \"even\" (default), or \"auto\": by their speed, as memory allows",
       .presence = Presence::optional,
       .one_of = {"even", "auto"}});
  if (object_.describing() || !task_ || joint_.branches.empty() || task_->request.search) return;
  if (!complete_ || !divides()) return;
  task_->joint = joint_;
  const auto balanced = how == "auto" ? step::by_speed(*task_) : step::evenly(*task_);
  report(object_, balanced);
  complete_ = balanced.empty();
}

// Whether degrees and chips hold, whatever the batch: what is shared out stands on that.
bool JointReader::divides() {
  step::Task whole = *task_;
  whole.joint = joint_;
  whole.room = step::Room::ignored;
  for (step::Branch& branch : whole.joint->branches) {
    for (step::Section& section : branch.sections) {
      section.request.batch = {.micro_batch = section.request.batch.micro_batch,
                               .micro_batches = 1};
    }
  }
  auto objections = step::objections(whole);
  std::erase_if(objections, [](const step::Objection& one) {
    return one.member.ends_with("schedule");  // which depends on the batch
  });
  report(object_, objections);
  complete_ = objections.empty();
  return complete_;
}

void JointReader::identify() {
  const step::Sync& sync = joint_.sync;
  std::string text = task_->identity + wide_text();
  for (step::Branch& branch : task_->joint->branches) {
    // What was shared out tells apart branches on equal nodes.
    std::string own;
    for (const step::Section& section : branch.sections) {
      own += fmt::format(" {}", section.request.batch.micro_batches.value_or(-1));
      for (const std::int64_t layers : section.request.layers) own += fmt::format(",{}", layers);
    }
    branch.identity = sha256(branch.identity + own);
    text += branch.name + branch.identity;
    for (const step::Section& section : branch.sections) text += fmt::format(" {}", section.site);
  }
  text += fmt::format(" {} {} {} {} {} {} {} {} {} {} {}", static_cast<int>(sync.method),
                      static_cast<int>(sync.crossing), sync.overlap,
                      sync.chunk.value_or(Bytes(-1)).value(), sync.bits, sync.streams, sync.every,
                      sync.fragments, sync.delay, sync.quorum, sync.grace.value());
  task_->identity = sha256(text);
}

std::optional<step::Task> JointReader::read() {
  std::size_t given = 0;
  object_.each("branches",
               {.doc = "Parts of the job that each train a copy of the model, by name, each on "
                       "nodes of its own"},
               [&](const std::string& name, Object object) {
                 ++given;
                 branch(name, object);
               });
  if (given == 0 && object_.has("branches")) {
    object_.problem("branches", "no branch is given", "name at least one");
  }
  sync();
  wide_area();
  balance();
  if (!task_ || !complete_ || joint_.branches.size() != given) return std::nullopt;
  if (task_->request.search) {
    object_.problem("plan", "a plan is not searched for jobs with branches",
                    "give the degrees; \"balance\": \"auto\" shares out layers and batch");
    return std::nullopt;
  }
  identify();
  return std::move(task_);
}

}  // namespace

std::optional<step::Task> read_joint(Object& object, const Common& common,
                                     const Definitions& definitions, const fleet::World& places) {
  return JointReader(object, common, definitions, places).read();
}

}  // namespace trainyard::scenario
