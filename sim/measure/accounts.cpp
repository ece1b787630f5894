#include "measure/accounts.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/check.hpp"

namespace trainyard::measure {
namespace {

// One of each allocation and owner.
std::vector<Use> uses(const fleet::World& world, const fleet::History& history,
                      const std::vector<SiteCosts>& sites) {
  std::vector<Use> all;
  all.reserve(history.allocations.size());
  for (const fleet::Allocation& one : history.allocations) {
    const fleet::Option& option = world.jobs[one.job].options[one.option];
    const hardware::Accelerator& chip = world.nodes[option.node].accelerator;
    const double lasted = (one.end - one.start).value();
    for (const auto& [owner, working] : one.working) {
      const auto chips = static_cast<double>(working);
      if (chips <= 0) continue;
      Use& use = all.emplace_back(Use{one.job, owner});
      use.chip_time = chips * lasted;
      use.peak_work = chips * lasted * chip.peak_at(hardware::Precision::bf16).value();
      const Costs each = sites[option.site].of_chip(option.node, owner, one.start, one.end);
      for (std::size_t k = 0; k < cost_kinds; ++k) use.costs[k] = chips * each[k];
    }
  }
  return all;
}

// One of each job and owner, summed in the order of its allocations.
std::vector<Use> merged(std::vector<Use> uses) {
  const auto key = [](const Use& use) { return std::tie(use.job, use.owner); };
  std::ranges::stable_sort(uses, {}, key);
  std::size_t size = 0;
  for (const Use& use : uses) {
    if (size == 0 || key(uses[size - 1]) != key(use)) {
      uses[size++] = use;
      continue;
    }
    Use& sum = uses[size - 1];
    sum.chip_time += use.chip_time;
    sum.peak_work += use.peak_work;
    sum.costs = sum.costs + use.costs;
  }
  uses.resize(size);
  return uses;
}

}  // namespace

double sum(const Costs& costs) {
  return std::accumulate(costs.begin(), costs.end(), 0.0);
}

Costs operator+(const Costs& a, const Costs& b) {
  Costs both{};
  for (std::size_t k = 0; k < cost_kinds; ++k) both[k] = a[k] + b[k];
  return both;
}

Accounts accounts(const fleet::World& world, const fleet::History& history, const Bins& bins,
                  const std::function<void(const CostSpan&)>& visit) {
  Accounts all;
  all.owners.resize(world.owners.size());
  const auto count = [&](const CostSpan& span) {
    OwnerAccount& owner = all.owners[span.owner];
    owner.ready_time += span.ready * span.length.value();
    owner.all = owner.all + span.all;
    owner.idle = owner.idle + span.idle;
    visit(span);
  };
  std::vector<SiteCosts> sites;
  sites.reserve(world.sites.size());
  for (std::size_t site = 0; site < world.sites.size(); ++site) {
    sites.emplace_back(world, history, bins, site, count);
  }
  all.uses = merged(uses(world, history, sites));
  return all;
}

}  // namespace trainyard::measure
