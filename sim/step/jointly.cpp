#include "step/jointly.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "parallelism/memory.hpp"
#include "step/asynchronous.hpp"
#include "step/loss.hpp"
#include "step/placement.hpp"

namespace trainyard::step {
namespace {

using parallelism::Request;

// Parameters of every layer, entry and exit included. Tied heads have theirs in the entry.
std::vector<double> layers(const model::Model& model) {
  const Request whole;
  std::vector<double> all;
  const auto add = [&](const model::Layer& layer) {
    const parallelism::Parameters own = parallelism::parameters(layer, whole);
    all.push_back(own.trained + own.experts);
  };
  add(model.entry);
  for (std::int64_t i = 0; i < model.blocks(); ++i) add(model.block(i));
  add(model.exit);
  return all;
}

// The narrowest section tells what a branch can send.
Learner learner(const Branch& branch, const Profile& profile) {
  const auto placed = placement(branch);
  EXPECT(placed.has_value());
  Learner learner{.step = profile.answer.duration,
                  .ready = profile.ready,
                  .all_ready = profile.all_ready,
                  .site = branch.sections.front().site,
                  .ranks = static_cast<double>(placed->ranks())};
  for (std::size_t s = 0; s < branch.sections.size(); ++s) {
    const hardware::Node& node = branch.sections[s].node;
    const parallelism::Plan& plan = placed->plans[s];
    const auto holders = static_cast<double>(plan.tensor() * plan.peers());
    const BytesPerSecond interfaces =
        node.nic.bandwidth * (node.nic.efficiency * holders * static_cast<double>(node.nics) /
                              static_cast<double>(node.accelerators));
    if (s > 0 && interfaces >= learner.interfaces) continue;
    learner.interfaces = interfaces;
    learner.holders = holders;
    learner.rings = static_cast<double>(plan.tensor());
    learner.latency = node.nic.latency + node.nic.handling + node.scale_out.switch_latency;
  }
  return learner;
}

// Where gradients are summed in one ring through all branches, a branch sums nothing by itself: its
// step is that of one replica, and all that the ring brings counts as exchange between branches.
Branch one_replica(Branch branch) {
  const auto placed = placement(branch);
  EXPECT(placed.has_value());
  for (Section& section : branch.sections) {
    section.nodes = (section.request.tensor * section.request.context * section.stages +
                     section.node.accelerators - 1) /
                    section.node.accelerators;
    section.request.data = 1;
    section.request.batch.micro_batches = placed->plan().micro_batches;
    section.request.batch.global_batch.reset();
  }
  if (!branch.identity.empty()) branch.identity += " one replica";
  return branch;
}

bool in_one_ring(const Sync& sync) {
  return sync.crossing == Crossing::flat && sync.method == Method::synchronous;
}

// All branches together at the pace of the round.
Answer together(const Task& task, const std::vector<Profile>& profiles, const Joined& joined) {
  Answer sum = profiles.front().answer;
  sum.duration = joined.step;
  sum.spent = {};
  sum.data = sum.ranks = sum.left_over = sum.players = 0;
  sum.events = joined.events;
  sum.samples = sum.tokens = 0;
  sum.model_work = sum.hardware_work = Flops(0);
  sum.scale_out = joined.sent * static_cast<double>(profiles.size());
  sum.energy = Joules(0);
  sum.exact = true;
  sum.branches = static_cast<std::int64_t>(profiles.size());
  sum.staleness = joined.staleness;
  sum.between = joined.sent;
  if (task.joint->sync.method != Method::synchronous &&
      task.model.progress == model::Progress::tokens) {
    const double parameters = model::parameters(task.model);
    sum.worth = worth(sum.branches, parameters);
    sum.best_batch = optimal_batch(sum.branches, parameters);
  }
  FlopsPerSecond peak;
  double fullest = 0;
  for (std::size_t b = 0; b < profiles.size(); ++b) {
    const Answer& own = profiles[b].answer;
    const auto placed = placement(task.joint->branches[b]);
    const double replicas =
        static_cast<double>(placed->plan().data) / static_cast<double>(own.data);
    sum.data += placed->plan().data;
    sum.ranks += placed->ranks();
    sum.left_over += placed->left_over();
    sum.players += own.players;
    sum.events += own.events;
    const double steps = replicas * joined.steps[b];
    sum.samples += own.samples * steps;
    sum.tokens += own.tokens * steps;
    sum.model_work += own.model_work * steps;
    sum.hardware_work += own.hardware_work * steps;
    sum.scale_out += own.scale_out * steps;
    sum.exact = sum.exact && own.exact;
    peak += placed->peak();
    if (own.memory.total() / own.capacity > fullest) {
      fullest = own.memory.total() / own.capacity;
      sum.memory = own.memory;
      sum.capacity = own.capacity;
    }
    Watts idle;
    for (const Section& section : placed->sections) {
      idle += section.node.power.idle *
              (static_cast<double>(section.stages * section.request.tensor *
                                   section.request.context * placed->plan().data) /
               static_cast<double>(section.node.accelerators));
    }
    sum.energy += own.energy * steps + idle * (joined.step - own.duration * joined.steps[b]);
  }
  for (std::size_t b = 0; b < profiles.size(); ++b) {
    const Answer& own = profiles[b].answer;
    const double part = static_cast<double>(placement(task.joint->branches[b])->ranks()) /
                        static_cast<double>(sum.ranks);
    const double steps = joined.steps[b];
    for (std::size_t a = 0; a < program::activities; ++a) {
      sum.spent[a] += own.spent[a] * (part * steps);
    }
    sum.spent[static_cast<std::size_t>(program::Activity::gradient_wait)] +=
        (joined.step - own.duration * steps) * part;
  }
  sum.mfu = sum.model_work / sum.duration / peak;
  sum.hfu = sum.hardware_work / sum.duration / peak;
  return sum;
}

// Of the ways between neighbours in the ring, the most that one carries in ten times its latency.
Bytes usual_chunk(const Joint& joint) {
  constexpr double latencies = 10;
  const hardware::WanRoutes routes(joint.wide.sites, joint.wide.links);
  Bytes most;
  for (std::size_t b = 0; b < joint.branches.size(); ++b) {
    const std::size_t from = joint.branches[b].sections.front().site;
    const std::size_t to = joint.branches[(b + 1) % joint.branches.size()].sections.front().site;
    if (from == to) continue;
    const hardware::WanRoute& route = routes.between(from, to);
    BytesPerSecond least = joint.wide.links[route.lanes.front() / 2].bandwidth;
    for (const hardware::WanLane lane : route.lanes) {
      least = std::min(least, joint.wide.links[lane / 2].bandwidth);
    }
    most = std::max(most, least * (route.latency * latencies));
  }
  return most;
}

}  // namespace

Round round_of(const Task& task, const std::vector<Profile>& profiles) {
  Round round{.learners = {},
              .layers = layers(task.model),
              .sync = task.joint->sync,
              .wide = shared(*task.joint)};
  if (!round.sync.chunk) round.sync.chunk = usual_chunk(*task.joint);
  for (std::size_t b = 0; b < profiles.size(); ++b) {
    round.learners.push_back(learner(task.joint->branches[b], profiles[b]));
  }
  return round;
}

Answer part_of(const Task& task, const Answer& all, std::size_t branch, std::size_t section) {
  const auto power = [](const Section& one, double ranks) {
    return one.node.power.measured * (ranks / static_cast<double>(one.node.accelerators));
  };
  const auto ranks = [](const Section& one, const Placement& placed) {
    return one.stages * one.request.tensor * one.request.context * placed.plan().data;
  };
  double samples = 0;
  Watts drawn;
  for (const Branch& each : task.joint->branches) {
    const Placement placed = *placement(each);
    samples += static_cast<double>(placed.plan().samples());
    for (const Section& one : each.sections) {
      drawn += power(one, static_cast<double>(ranks(one, placed)));
    }
  }
  const Branch& own = task.joint->branches[branch];
  const Section& here = own.sections[section];
  const Placement placed = *placement(own);
  const double share =
      static_cast<double>(placed.plan().samples()) / samples *
      (static_cast<double>(here.stages) / static_cast<double>(placed.plan().pipeline()));
  Answer part = all;
  part.samples *= share;
  part.tokens *= share;
  part.model_work = part.model_work * share;
  part.hardware_work = part.hardware_work * share;
  part.scale_out = part.scale_out * share;
  part.tensor = here.request.tensor;
  part.data = placed.plan().data;
  part.micro_batches = placed.plan().micro_batches;
  part.ranks = ranks(here, placed);
  part.left_over = here.nodes * here.node.accelerators - part.ranks;
  part.energy = all.energy * (power(here, static_cast<double>(part.ranks)) / drawn);
  return part;
}

Together play_together(const Task& task, const Options& options) {
  std::vector<Task> branches;
  for (const Branch& branch : task.joint->branches) {
    branches.push_back(alone(task, in_one_ring(task.joint->sync) ? one_replica(branch) : branch));
  }
  Together all{.answer = {}, .branches = profiles(branches, options)};
  const Round round = round_of(task, all.branches);
  const Joined joined = round.sync.method == Method::asynchronous ? play_asynchronously(round)
                                                                  : play(round, options.backend);
  all.steps = joined.steps;
  all.answer = together(task, all.branches, joined);
  return all;
}

}  // namespace trainyard::step
