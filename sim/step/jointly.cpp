#include "step/jointly.hpp"

#include <algorithm>
#include <utility>
#include <vector>

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

// Sums up branches at the pace of the round.
class Sum {
 public:
  Sum(const Task& task, const Together& all, const Joined& joined);
  Answer answer() &&;

 private:
  // A branch: what it did by itself, in which a flat ring has one replica do for all.
  struct Branch {
    const Answer& own;
    Placement placed;
    double steps = 1;  // of its own in one of the job's, replicas of `own` included
    Seconds working;   // in one of the job's
  };

  void add(const Branch& branch);
  void add_energy(const Branch& branch);
  void add_memory(const Answer& own);
  void spend(const Branch& branch);
  void weigh(const Task& task);

  Answer sum_;
  FlopsPerSecond peak_;
  std::vector<Branch> branches_;
};

Sum::Sum(const Task& task, const Together& all, const Joined& joined) {
  const Answer& first = all.branches.front().answer;
  sum_ = {.duration = joined.step,
          .tensor = first.tensor,
          .context = first.context,
          .pipeline = first.pipeline,
          .data = 0,
          .expert = first.expert,
          .micro_batches = first.micro_batches};
  sum_.branches = static_cast<std::int64_t>(all.branches.size());
  sum_.staleness = joined.staleness;
  sum_.between = joined.sent;
  sum_.scale_out = joined.sent * static_cast<double>(all.branches.size());
  sum_.events = joined.events;
  weigh(task);
  for (std::size_t b = 0; b < all.branches.size(); ++b) {
    const Answer& own = all.branches[b].answer;
    Placement placed = *placement(task.joint->branches[b]);
    const double replicas = static_cast<double>(placed.plan().data) / static_cast<double>(own.data);
    branches_.push_back(
        {own, std::move(placed), replicas * joined.steps[b], own.duration * joined.steps[b]});
    add(branches_.back());
  }
}

// What tokens are worth, where they are not all worth the same.
void Sum::weigh(const Task& task) {
  const bool apart = task.joint->sync.method != Method::synchronous;
  if (!apart || task.model.progress != model::Progress::tokens) return;
  const double parameters = model::parameters(task.model);
  sum_.worth = worth(sum_.branches, parameters);
  sum_.best_batch = optimal_batch(sum_.branches, parameters);
}

void Sum::add(const Branch& branch) {
  const Answer& own = branch.own;
  sum_.data += branch.placed.plan().data;
  sum_.ranks += branch.placed.ranks();
  sum_.left_over += branch.placed.left_over();
  sum_.players += own.players;
  sum_.events += own.events;
  sum_.samples += own.samples * branch.steps;
  sum_.tokens += own.tokens * branch.steps;
  sum_.model_work += own.model_work * branch.steps;
  sum_.hardware_work += own.hardware_work * branch.steps;
  sum_.scale_out += own.scale_out * branch.steps;
  sum_.exact = sum_.exact && own.exact;
  peak_ += branch.placed.peak();
  add_energy(branch);
  add_memory(own);
}

// While a branch waits its nodes idle.
void Sum::add_energy(const Branch& branch) {
  const Placement& placed = branch.placed;
  Watts idle;
  for (std::size_t s = 0; s < placed.sections.size(); ++s) {
    const hardware::Node& node = placed.sections[s].node;
    idle += node.power.idle *
            (static_cast<double>(placed.ranks_of(s)) / static_cast<double>(node.accelerators));
  }
  sum_.energy += branch.own.energy * branch.steps + idle * (sum_.duration - branch.working);
}

// That of the fullest.
void Sum::add_memory(const Answer& own) {
  const bool first = sum_.capacity <= Bytes(0);
  if (!first && own.memory.total() / own.capacity <= sum_.memory.total() / sum_.capacity) return;
  sum_.memory = own.memory;
  sum_.capacity = own.capacity;
}

void Sum::spend(const Branch& branch) {
  const double part = static_cast<double>(branch.placed.ranks()) / static_cast<double>(sum_.ranks);
  const double steps = branch.working / branch.own.duration;
  for (std::size_t a = 0; a < program::activities; ++a) {
    sum_.spent[a] += branch.own.spent[a] * (part * steps);
  }
  sum_.spent[static_cast<std::size_t>(program::Activity::gradient_wait)] +=
      (sum_.duration - branch.working) * part;
}

Answer Sum::answer() && {
  for (const Branch& branch : branches_) spend(branch);
  sum_.mfu = sum_.model_work / sum_.duration / peak_;
  sum_.hfu = sum_.hardware_work / sum_.duration / peak_;
  return sum_;
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
  double samples = 0;
  Watts drawn;
  for (const Branch& each : task.joint->branches) {
    const Placement placed = *placement(each);
    samples += static_cast<double>(placed.plan().samples());
    for (std::size_t s = 0; s < each.sections.size(); ++s) {
      drawn += power(each.sections[s], static_cast<double>(placed.ranks_of(s)));
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
  part.ranks = placed.ranks_of(section);
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
  all.answer = Sum(task, all, joined).answer();
  return all;
}

}  // namespace trainyard::step
