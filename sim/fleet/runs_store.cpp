// How runs save their state.
#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "fleet/runs.hpp"

namespace trainyard::fleet {
namespace {

// What a node copies to its own host memory, and to its own disks: PCIe Gen5 x16 for half of the
// accelerators of a DGX H100, and eight data disks of 4 GB/s. Assumed; 50-400 and 10-50 GB/s.
constexpr BytesPerSecond host_copy(200e9);
constexpr BytesPerSecond local_disk(32e9);

}  // namespace

bool Runs::uses_store(std::size_t job) const {
  const Checkpoint& checkpoint = scene_.world.jobs[job].checkpoint;
  return checkpoint.tier == Checkpoint::Tier::store && checkpoint.size > Bytes(0) &&
         scene_.world.sites[site_of(job)].store.bandwidth > BytesPerSecond(0);
}

Writer Runs::writer(std::size_t job) const {
  const Run& run = runs_[job];
  const std::size_t node = node_of(job);
  std::int64_t nodes = 0;
  for (const Held& one : run.gang) nodes += one.piece.nodes;
  return {scene_.world.jobs[job].checkpoint, nodes, between_interruptions(node, nodes), host_copy,
          local_disk};
}

Seconds Runs::between_interruptions(std::size_t node, std::int64_t nodes) const {
  const hardware::Node& kind = scene_.world.nodes[node];
  const auto count = static_cast<double>(nodes);
  PerSecond sum;
  for (const Cause& cause : scene_.world.failures.causes) {
    if (cause.effect == Cause::Effect::planned || cause.effect == Cause::Effect::straggler)
      continue;
    switch (cause.per) {
      case Scope::accelerator:
        sum += cause.rate * (count * static_cast<double>(kind.accelerators));
        break;
      case Scope::node:
        sum += cause.rate * count;
        break;
      case Scope::rack:
        sum +=
            cause.rate * std::ceil(count / static_cast<double>(scene_.world.failures.rack_nodes));
        break;
      case Scope::leaf:
        if (kind.scale_out.nodes_per_leaf > 0) {
          sum += cause.rate * std::ceil(count / static_cast<double>(kind.scale_out.nodes_per_leaf));
        }
        break;
      case Scope::site:
        sum += cause.rate;
        break;
    }
  }
  return Seconds(1 / sum.value());
}

void Runs::share_store(std::size_t site) {
  std::vector<Writer> writers;
  for (const std::size_t job : writers_[site]) writers.push_back(writer(job));
  const StoreUse use = fleet::share_store(scene_.world.sites[site].store, writers);
  for (std::size_t i = 0; i < writers_[site].size(); ++i) adopt(writers_[site][i], use.writers[i]);
  scene_.history.stores.push_back({scene_.now, site, use.written, use.load});
}

// A job that is just being started has no allocation of its own yet, and takes it from there.
void Runs::adopt(std::size_t job, const Writing& writing) {
  Run& run = runs_[job];
  const bool same = run.writing.interval == writing.interval &&
                    run.writing.pause == writing.pause && run.writing.lag == writing.lag;
  run.writing = writing;
  if (same || run.working.empty() || run.phase != Run::Phase::running) return;
  sync(job);
  run.progress.change(run.progress.rate(), {writing.interval, writing.pause, writing.lag});
  plan_end(job);
}

}  // namespace trainyard::fleet
