#include "step/report.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include "base/packing.hpp"
#include "engine/isolated.hpp"
#include "step/jointly.hpp"
#include "step/play.hpp"
#include "step/trace.hpp"

namespace trainyard::step {

// What the pipe carries; beside the type for argument-dependent lookup.
Packer& operator<<(Packer& packer, const LinkReport& link) {
  return packer << link.kind << link.links << link.bytes << link.mean << link.busiest;
}
Unpacker& operator>>(Unpacker& unpacker, LinkReport& link) {
  return unpacker >> link.kind >> link.links >> link.bytes >> link.mean >> link.busiest;
}
Packer& operator<<(Packer& packer, const BranchReport& branch) {
  return packer << branch.name << branch.site << branch.node << branch.ranks << branch.replicas
                << branch.micro_batches << branch.alone << branch.steps;
}
Unpacker& operator>>(Unpacker& unpacker, BranchReport& branch) {
  return unpacker >> branch.name >> branch.site >> branch.node >> branch.ranks >> branch.replicas >>
         branch.micro_batches >> branch.alone >> branch.steps;
}
Packer& operator<<(Packer& packer, const TraceEvent& event) {
  return packer << event.stage << event.rank << event.stream << event.name << event.micro_batch
                << event.start << event.duration;
}
Unpacker& operator>>(Unpacker& unpacker, TraceEvent& event) {
  return unpacker >> event.stage >> event.rank >> event.stream >> event.name >> event.micro_batch >>
         event.start >> event.duration;
}

namespace {

std::vector<StageReport> stages(const Task& task, const Played& played) {
  std::vector<StageReport> stages(played.play.roles.size());
  for (std::size_t s = 0; s < stages.size(); ++s) {
    stages[s].stage = static_cast<std::int64_t>(s);
    if (!task.exchange) {
      stages[s].memory = played.placement.memory(task.model, stages[s].stage);
      stages[s].capacity = played.placement.capacity(stages[s].stage);
    }
  }
  for (const program::Player& player : played.play.players) {
    stages[static_cast<std::size_t>(player.role)].ranks += player.ranks;
  }
  for (std::size_t p = 0; p < played.play.players.size(); ++p) {
    const program::Player& player = played.play.players[p];
    StageReport& stage = stages[static_cast<std::size_t>(player.role)];
    for (std::size_t a = 0; a < program::activities; ++a) {
      stage.spent[a] += played.outcome.spent[p][a] * (player.ranks / stage.ranks);
    }
  }
  return stages;
}

// Bytes that each link class carries, one link of it.
std::vector<double> carried(const Played& played) {
  std::vector<double> bytes(played.play.links.size(), 0);
  for (std::size_t f = 0; f < played.play.flows.size(); ++f) {
    for (const program::Use& use : played.play.flows[f].uses) {
      bytes[static_cast<std::size_t>(use.link)] += played.outcome.moved[f].value() * use.weight;
    }
  }
  return bytes;
}

std::vector<LinkReport> links(const Played& played) {
  const std::vector<double> bytes = carried(played);
  std::map<std::string_view, LinkReport> kinds;
  for (std::size_t l = 0; l < bytes.size(); ++l) {
    const double copies = played.play.link_copies[l];
    const double used = bytes[l] / (played.play.links[l].value() * played.outcome.duration.value());
    LinkReport& kind = kinds[played.footprint.kind_of(played.play.link[l])];
    kind.links += copies;
    kind.bytes += Bytes(bytes[l] * copies);
    kind.mean += used * copies;
    kind.busiest = std::max(kind.busiest, used);
  }
  std::vector<LinkReport> reports;
  for (auto& [name, kind] : kinds) {
    kind.kind = name;
    kind.mean /= kind.links;
    reports.push_back(kind);
  }
  return reports;
}

std::vector<BranchReport> branches(const Joint& joint, const Together& all) {
  std::vector<BranchReport> reports;
  for (std::size_t b = 0; b < all.branches.size(); ++b) {
    const Branch& branch = joint.branches[b];
    const Section& first = branch.sections.front();
    const Placement placed = *placement(branch);
    reports.push_back({.name = branch.name,
                       .site = joint.wide.sites[first.site],
                       .node = first.node.name,
                       .ranks = placed.ranks(),
                       .replicas = placed.plan().data,
                       .micro_batches = placed.plan().micro_batches,
                       .alone = all.branches[b].answer.duration,
                       .steps = all.steps[b]});
  }
  return reports;
}

std::string packed(const Report& report) {
  Packer packer;
  packer << report.answer << report.stages << report.links << report.branches << report.trace;
  return std::move(packer).bytes();
}

Report unpacked(std::string_view bytes) {
  Report report;
  Unpacker(bytes) >> report.answer >> report.stages >> report.links >> report.branches >>
      report.trace;
  return report;
}

}  // namespace

Report play_in_detail(const Task& task, std::int64_t nodes, const Options& options,
                      Tracing tracing) {
  if (task.joint && task.joint->branches.size() > 1) {
    const Together all = play_together(task, options);
    return {.answer = all.answer, .branches = branches(*task.joint, all)};
  }
  engine::Recording recording;
  const Played step = played(task, nodes, options, tracing == Tracing::on ? &recording : nullptr);
  Report report{
      .answer = summed_up(task, step), .stages = stages(task, step), .links = links(step)};
  if (tracing == Tracing::on) report.trace = trace(step, recording);
  return report;
}

class Reports::Server {
 public:
  Server(const std::vector<Task>& tasks, int processes, const Options& options, Tracing tracing)
      : server_(
            [&tasks, options, tracing](std::string_view bytes) {
              Question question;
              Unpacker(bytes) >> question;
              return packed(play_in_detail(tasks[static_cast<std::size_t>(question.task)],
                                           question.nodes, options, tracing));
            },
            processes) {}

  std::vector<Report> ask(const std::vector<Question>& questions) {
    std::vector<std::string> texts;
    for (const Question& question : questions) {
      Packer packer;
      packer << question;
      texts.push_back(std::move(packer).bytes());
    }
    std::vector<Report> reports;
    for (const std::string& text : server_.ask(texts)) reports.push_back(unpacked(text));
    return reports;
  }

 private:
  engine::IsolatedServer server_;
};

Reports::Reports(const std::vector<Task>& tasks, int processes, const Options& options,
                 Tracing tracing)
    : server_(std::make_unique<Server>(tasks, processes, options, tracing)) {}

Reports::~Reports() = default;

std::vector<Report> Reports::ask(const std::vector<Question>& questions) {
  return server_->ask(questions);
}

}  // namespace trainyard::step
