#include "step/balance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/check.hpp"
#include "pipeline/schedule.hpp"
#include "program/exchanges.hpp"
#include "program/stage.hpp"
#include "step/placement.hpp"

namespace trainyard::step {
namespace {

Seconds time_of(const program::Items& items, program::Exchanges& exchanges) {
  Seconds sum = program::computing(items);
  for (const program::Item& item : items) {
    const bool moves =
        item.kind == program::Item::Kind::exchange || item.kind == program::Item::Kind::offer;
    if (moves && item.buffer > Bytes(0)) {
      sum += exchanges.alone(item.channel, item.operation, item.buffer);
    }
  }
  return sum;
}

// Forward and backward of one micro-batch.
struct LayerTimes {
  Seconds block;  // on average
  Seconds entry;
  Seconds exit;
};

LayerTimes layer_times(const Task& task, const Placement& placed, std::size_t section) {
  const program::Section own = placed.program_sections()[section];
  const parallelism::Plan alone = own.own();
  const Section& where = placed.sections[section];
  const hardware::Cluster cluster(where.node, where.nodes);
  program::Exchanges exchanges(alone, cluster, program::first_exchange_lane(own.plan.request));
  // As one stage that holds everything: layers do not depend on the stage.
  parallelism::Plan whole = own.plan;
  whole.request.pipeline = 1;
  whole.request.layers.clear();
  const program::ModelPasses passes(task.model, whole, where.node.accelerator);
  LayerTimes times;
  const program::Chunk all = passes.chunk({0, 1, 1});
  for (std::size_t i = 0; i < all.layers.size(); ++i) {
    const program::Passes& layer = *all.layers[i].passes;
    const Seconds time = time_of(layer.forward, exchanges) + time_of(layer.backward, exchanges);
    if (i == 0) {
      times.entry = time;
    } else if (i + 1 == all.layers.size()) {
      times.exit = time;
    } else {
      times.block += time / static_cast<double>(task.model.blocks());
    }
  }
  return times;
}

// The stages of a branch: what each takes for a micro-batch.
class Stages {
 public:
  Stages(const Task& task, const Placement& placed) : task_(task), placed_(placed) {
    for (std::size_t s = 0; s < placed.sections.size(); ++s) {
      times_.push_back(layer_times(task, placed, s));
    }
  }
  [[nodiscard]] std::int64_t count() const { return placed_.plan().pipeline(); }
  [[nodiscard]] Seconds time(std::int64_t stage, std::int64_t layers) const {
    const LayerTimes& own = times_[placed_.section_of(stage)];
    Seconds sum = own.block * static_cast<double>(layers);
    if (stage == 0) sum += own.entry;
    if (stage == count() - 1) sum += own.exit;
    return sum;
  }
  // Whether the stage has memory for so many layers, wherever in the model they stand.
  [[nodiscard]] bool holds(std::int64_t stage, std::int64_t layers) const;

 private:
  const Task& task_;
  const Placement& placed_;
  std::vector<LayerTimes> times_;
};

bool Stages::holds(std::int64_t stage, std::int64_t layers) const {
  if (task_.room == Room::ignored) return true;
  Placement tried = placed_;
  // The rest is put before or after, where it does not matter.
  const std::int64_t rest = task_.model.blocks() - layers;
  if (rest < 0) return false;
  std::vector<std::int64_t> shares(static_cast<std::size_t>(count()), 0);
  shares[static_cast<std::size_t>(stage)] = layers;
  shares[static_cast<std::size_t>(stage == 0 ? count() - 1 : 0)] += rest;
  for (parallelism::Plan& plan : tried.plans) plan.request.layers = shares;
  return tried.memory(task_.model, stage).total() <= tried.capacity(stage);
}

// Layers of each stage; none where memory does not hold them all.
std::vector<std::int64_t> shared_out(const Task& task, const Stages& stages) {
  std::vector<std::int64_t> layers(static_cast<std::size_t>(stages.count()), 0);
  std::vector<bool> full(layers.size(), false);
  for (std::int64_t left = task.model.blocks(); left > 0;) {
    std::int64_t best = -1;
    Seconds least;
    for (std::int64_t stage = 0; stage < stages.count(); ++stage) {
      const auto s = static_cast<std::size_t>(stage);
      if (full[s]) continue;
      const Seconds after = stages.time(stage, layers[s] + 1);
      if (best >= 0 && after >= least) continue;
      best = stage;
      least = after;
    }
    if (best < 0) return {};
    const auto s = static_cast<std::size_t>(best);
    if (!stages.holds(best, layers[s] + 1)) {
      full[s] = true;
      continue;
    }
    ++layers[s];
    --left;
  }
  return layers;
}

bool straight(const Branch& branch) {
  return program::schedule_of(branch.sections.front().request).layout == pipeline::Layout::straight;
}

void share_layers(const Task& task, Branch& branch, std::vector<Objection>& objections) {
  const auto placed = placement(branch);
  if (!placed || branch.sections.size() == 1 || !straight(branch)) return;
  if (!branch.sections.front().request.layers.empty()) return;
  const auto layers = shared_out(task, Stages(task, *placed));
  if (layers.empty()) {
    objections.push_back(
        {"../branches/" + branch.name,
         fmt::format("its stages together do not hold the {} layers of {}", task.model.blocks(),
                     task.model.name),
         "give it more chips or stages, a larger tensor degree or \"recompute\": \"full\""});
    return;
  }
  for (Section& section : branch.sections) section.request.layers = layers;
}

// A branch while the batch is shared out.
struct Share {
  Branch* branch = nullptr;
  std::int64_t replicas = 1;
  std::int64_t micro_batches = 0;  // of each
  Seconds fill;                    // of the pipeline with the first of them
  Seconds each;                    // further one

  [[nodiscard]] Seconds with_one_more() const {
    return fill + each * static_cast<double>(micro_batches);
  }
};

// Of the branches whose batch is part of the job's.
std::vector<Share> shares(Task& task) {
  std::vector<Share> all;
  for (Branch& branch : task.joint->branches) {
    parallelism::Request request = branch.sections.front().request;
    if (branch.own_plan || !request.batch.global_batch) continue;
    // Replicas as the chips allow, whatever the batch.
    Branch open = branch;
    for (Section& section : open.sections)
      section.request.batch = {.micro_batch = request.batch.micro_batch, .micro_batches = 1};
    const auto placed = placement(open);
    if (!placed) continue;
    const Stages stages(task, *placed);
    const auto layers =
        parallelism::layers_by_piece(request, task.model.blocks(), placed->plan().pipeline());
    Share& share = all.emplace_back(Share{.branch = &branch, .replicas = placed->plan().data});
    for (std::int64_t stage = 0; stage < stages.count(); ++stage) {
      const Seconds time = stages.time(stage, layers[static_cast<std::size_t>(stage)]);
      share.fill += time;
      share.each = std::max(share.each, time);
    }
  }
  return all;
}

// The job's: branches with plans of their own are none of the shares.
parallelism::Batch batch_of(const std::vector<Share>& all) {
  return all.front().branch->sections.front().request.batch;
}

// A little less than each has when all are done at once, at least one: large batches are not handed
// out one by one.
void start(std::vector<Share>& all, std::int64_t pieces) {
  constexpr double margin = 2;
  double rate = 0;  // micro-batches a second
  double begun = 0;
  for (const Share& share : all) {
    const auto replicas = static_cast<double>(share.replicas);
    rate += replicas / share.each.value();
    begun += replicas * (share.fill / share.each);
  }
  const Seconds done((static_cast<double>(pieces) + begun) / rate);
  for (Share& share : all) {
    const double fair = (done - share.fill) / share.each;
    share.micro_batches = std::max<std::int64_t>(1, static_cast<std::int64_t>(fair - margin));
  }
}

void settle(const std::vector<Share>& all) {
  for (const Share& share : all) {
    for (Section& section : share.branch->sections) {
      section.request.data = share.replicas;
      section.request.batch.micro_batches = share.micro_batches;
      section.request.batch.global_batch.reset();
    }
  }
}

Objection undivided(std::int64_t pieces, std::int64_t reached, std::int64_t micro_batch) {
  return {"global_batch",
          fmt::format("{} micro-batches do not divide over the replicas of all branches", pieces),
          fmt::format("use {}?", reached * micro_batch)};
}

}  // namespace

std::vector<Objection> evenly(Task& task) {
  std::vector<Share> all = shares(task);
  if (all.empty()) return {};
  const parallelism::Batch batch = batch_of(all);
  const std::int64_t pieces = *batch.global_batch / batch.micro_batch;
  const std::int64_t replicas =
      std::accumulate(all.begin(), all.end(), std::int64_t{0},
                      [](std::int64_t sum, const Share& share) { return sum + share.replicas; });
  if (pieces < replicas || pieces % replicas != 0) {
    return {undivided(pieces, std::max(pieces / replicas, std::int64_t{1}) * replicas,
                      batch.micro_batch)};
  }
  for (Share& share : all) share.micro_batches = pieces / replicas;
  settle(all);
  return {};
}

std::vector<Objection> by_speed(Task& task) {
  std::vector<Objection> objections;
  for (Branch& branch : task.joint->branches) share_layers(task, branch, objections);
  if (!objections.empty()) return objections;
  std::vector<Share> all = shares(task);
  if (all.empty()) return {};
  const parallelism::Batch batch = batch_of(all);
  const std::int64_t pieces = *batch.global_batch / batch.micro_batch;
  start(all, pieces);
  std::int64_t left = pieces;
  for (const Share& share : all) left -= share.micro_batches * share.replicas;
  while (left > 0) {
    Share* best = nullptr;
    for (Share& share : all) {
      if (share.replicas > left) continue;
      if (best == nullptr || share.with_one_more() < best->with_one_more()) best = &share;
    }
    if (best == nullptr) break;
    ++best->micro_batches;
    left -= best->replicas;
  }
  if (left != 0) return {undivided(pieces, pieces - left, batch.micro_batch)};
  settle(all);
  return {};
}

}  // namespace trainyard::step
