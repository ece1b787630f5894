#include "step/joint_objections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/quantity.hpp"
#include "pipeline/schedule.hpp"
#include "program/stage.hpp"
#include "step/placement.hpp"

namespace trainyard::step {
namespace {

std::string of_branch(const Branch& branch) {
  return "../branches/" + branch.name;
}

std::string of_section(const Branch& branch, const Section& section) {
  return branch.sections.size() == 1 ? of_branch(branch)
                                     : of_branch(branch) + "/stages/" + section.name;
}

class Objector {
 public:
  explicit Objector(const Task& task)
      : task_(task), joint_(*task.joint), routes_(joint_.wide.sites, joint_.wide.links) {}
  std::vector<Objection> all();

 private:
  void add(std::string member, std::string message, std::string remedy) {
    found_.push_back({std::move(member), std::move(message), std::move(remedy)});
  }
  void section(const Branch& branch, const Section& section);
  void between(const Branch& branch);
  void memory(const Branch& branch);
  void path(const std::string& member, std::size_t from, std::size_t to);
  void ring();
  void flat();
  void sync();
  void local();

  const Task& task_;
  const Joint& joint_;
  hardware::WanRoutes routes_;
  std::vector<Objection> found_;
};

// The section as a job on its nodes alone: degrees, layers, batch, precision.
void Objector::section(const Branch& branch, const Section& section) {
  Task alone = task_;
  alone.joint.reset();
  alone.node = section.node;
  alone.request = section.request;
  for (Objection& objection : objections(alone)) {
    const std::string plan = branch.own_plan ? of_branch(branch) + "/plan/" : "";
    const std::string where =
        section.own.contains(objection.member) ? of_section(branch, section) + "/" : plan;
    objection.member = where + objection.member;
    objection.message += fmt::format(" (branch {})", branch.name);
    if (std::ranges::none_of(
            found_, [&](const Objection& other) { return other.message == objection.message; })) {
      found_.push_back(std::move(objection));
    }
  }
  const std::int64_t each = section.node.accelerators;
  if (const std::int64_t most = section.node.scale_out.most_nodes();
      most > 0 && section.nodes > most) {
    add(of_section(branch, section) + "/chips",
        fmt::format("{} nodes, but {} joins at most {}", section.nodes, section.node.scale_out.name,
                    most),
        "use fewer chips, or another fabric");
  }
  const std::int64_t width = section.request.tensor * section.request.context * section.stages;
  const std::int64_t wanted = width * section.request.data.value_or(1);
  if (wanted > section.nodes * each) {
    add(of_section(branch, section) + "/chips",
        fmt::format("its {} stage{} take{} {} accelerators (tensor {}, {} replicas), there are {}",
                    section.stages, section.stages == 1 ? "" : "s", section.stages == 1 ? "s" : "",
                    wanted, section.request.tensor, section.request.data.value_or(1),
                    section.nodes * each),
        "use smaller degrees, or more chips");
  }
}

void Objector::path(const std::string& member, std::size_t from, std::size_t to) {
  if (routes_.joined(from, to)) return;
  add(member,
      fmt::format("no link joins {} and {}, by whatever way", joint_.wide.sites[from],
                  joint_.wide.sites[to]),
      "add one to \"wan\", or stay at one site");
}

void Objector::between(const Branch& branch) {
  if (branch.sections.size() == 1) return;
  const pipeline::Layout layout = program::schedule_of(task_.request).layout;
  if (layout == pipeline::Layout::two_way) {
    add("schedule", "pipelines from both ends keep two copies of each stage, which sections do not",
        "use \"1f1b\" or \"zb-h1\"");
  }
  if (task_.model.tied_head && layout != pipeline::Layout::vee) {
    add(of_branch(branch) + "/stages",
        fmt::format("the head of {} is its embedding, and first and last stage stand apart",
                    task_.model.name),
        "put both in one section, or use a model with a head of its own");
  }
  for (std::size_t s = 0; s + 1 < branch.sections.size(); ++s) {
    const Section& one = branch.sections[s];
    const Section& next = branch.sections[s + 1];
    const auto [low, high] = std::minmax(one.request.tensor, next.request.tensor);
    if (high % low != 0) {
      add(of_section(branch, next) + "/tensor",
          fmt::format("{} ranks hand on to {}: neither is a multiple of the other",
                      one.request.tensor, next.request.tensor),
          fmt::format("use {} or a multiple", low));
    }
    path(of_section(branch, next) + "/site", one.site, next.site);
    if (joint_.branches.size() > 1 && next.site != branch.sections.front().site) {
      add(of_section(branch, next) + "/site",
          fmt::format("it stands at {}, the branch's first stages at {}: of several branches each "
                      "exchanges gradients from one site",
                      joint_.wide.sites[next.site],
                      joint_.wide.sites[branch.sections.front().site]),
          "make replicas of one branch of them (\"data\"), whose stages may stand at several "
          "sites");
    }
  }
}

void Objector::memory(const Branch& branch) {
  const auto placed = placement(branch);
  if (!placed) {
    add(of_branch(branch), "no number of replicas fits its chips, batch and groups of peers",
        "use smaller degrees, more chips, or another batch");
    return;
  }
  const std::string why =
      program::schedule_of(placed->plan().request)
          .objection({0, placed->plan().pipeline(), placed->plan().micro_batches,
                      placed->plan().request.chunks});
  if (!why.empty()) {
    add("schedule", fmt::format("{} (branch {})", why, branch.name), "");
    return;
  }
  if (task_.room == Room::ignored) return;
  std::size_t told = branch.sections.size();
  for (std::int64_t stage = 0; stage < placed->plan().pipeline(); ++stage) {
    const std::size_t s = placed->section_of(stage);
    const Bytes needed = placed->memory(task_.model, stage).total();
    const Bytes capacity = placed->capacity(stage);
    if (needed <= capacity || s == told) continue;
    told = s;
    add(of_section(branch, branch.sections[s]),
        fmt::format("does not fit memory: stage {} needs {} of {} per accelerator of {}, {} too "
                    "much",
                    stage, human(needed), human(capacity), branch.sections[s].node.name,
                    human(needed - capacity)),
        branch.sections.size() > 1
            ? "give it fewer layers (\"balance\": \"auto\" finds how many), more stages, a larger "
              "tensor degree or \"recompute\": \"full\""
            : "give it more stages, a larger tensor degree, \"sharding\" or \"recompute\": "
              "\"full\"");
  }
}

void Objector::ring() {
  const auto& branches = joint_.branches;
  if (branches.size() < 2) return;
  for (std::size_t b = 0; b < branches.size(); ++b) {
    const Branch& next = branches[(b + 1) % branches.size()];
    path(of_branch(next) + "/site", branches[b].sections.front().site, next.sections.front().site);
    if (branches.size() == 2) break;
  }
}

void Objector::flat() {
  const Sync& sync = joint_.sync;
  if (sync.crossing != Crossing::flat) return;
  if (sync.method == Method::asynchronous) {
    add("../sync/crossing", "branches that do not wait for each other are in no ring",
        "leave it out");
  }
  const parallelism::Request& first = joint_.branches.front().sections.front().request;
  for (const Branch& branch : joint_.branches) {
    const parallelism::Request& own = branch.sections.front().request;
    if (branch.sections.size() == 1 && own.tensor == first.tensor &&
        own.pipeline == first.pipeline && own.sharding == parallelism::Sharding::none) {
      continue;
    }
    add("../sync/crossing",
        fmt::format("one ring goes through ranks that hold equal parts, whole: branch {} is "
                    "divided in another way, or shards them",
                    branch.name),
        "use \"hierarchical\"");
  }
}

void Objector::local() {
  const Sync& sync = joint_.sync;
  const std::int64_t layers = task_.model.blocks();
  if (sync.fragments > layers) {
    add("../sync/fragments",
        fmt::format("{} fragments of {} layers ({})", sync.fragments, layers, task_.model.name),
        fmt::format("use at most {}", layers));
  } else if (sync.fragments > sync.every) {
    add("../sync/fragments",
        fmt::format("{} fragments in turn within {} steps", sync.fragments, sync.every),
        fmt::format("use at most {}, or a larger \"every\"", sync.every));
  }
  if (sync.delay >= sync.every) {
    add("../sync/delay",
        fmt::format("what was exchanged is needed {} steps later, but exchanged again after {}",
                    sync.delay, sync.every),
        fmt::format("use at most {}", sync.every - 1));
  }
}

void Objector::sync() {
  const Sync& sync = joint_.sync;
  if (sync.method != Method::synchronous) local();
  const auto branches = static_cast<std::int64_t>(joint_.branches.size());
  if (sync.quorum > branches) {
    add("../sync/quorum", fmt::format("{} of {} branches", sync.quorum, branches),
        fmt::format("use at most {}", branches));
  }
  if (sync.method == Method::asynchronous && !sync.overlap) {
    add("../sync/overlap", "nothing is sent while an asynchronous branch still computes a step",
        "leave it out");
  }
  flat();
}

std::vector<Objection> Objector::all() {
  for (const Branch& branch : joint_.branches) {
    const std::size_t before = found_.size();
    for (const Section& one : branch.sections) section(branch, one);
    between(branch);
    if (found_.size() == before) memory(branch);
  }
  ring();
  sync();
  return std::move(found_);
}

}  // namespace

std::vector<Objection> joint_objections(const Task& task) {
  return Objector(task).all();
}

}  // namespace trainyard::step
