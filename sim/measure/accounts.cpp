#include "measure/accounts.hpp"

#include <map>
#include <numeric>
#include <utility>

#include "base/check.hpp"

namespace trainyard::measure {
namespace {

using Uses = std::map<std::pair<std::size_t, std::size_t>, Use>;

void add_uses(const fleet::World& world, const fleet::History& history,
              const std::vector<SiteCosts>& sites, Uses& uses) {
  for (const fleet::Allocation& one : history.allocations) {
    const fleet::Option& option = world.jobs[one.job].options[one.option];
    const hardware::Accelerator& chip = world.nodes[option.node].accelerator;
    const double lasted = (one.end - one.start).value();
    for (const auto& [owner, working] : one.working) {
      const auto chips = static_cast<double>(working);
      if (chips <= 0) continue;
      Use& use = uses.try_emplace({one.job, owner}, Use{one.job, owner}).first->second;
      use.chip_time += chips * lasted;
      use.peak_work += chips * lasted * chip.peak_at(hardware::Precision::bf16).value();
      const Costs each = sites[option.site].of_chip(option.node, owner, one.start, one.end);
      for (std::size_t k = 0; k < cost_kinds; ++k) use.costs[k] += chips * each[k];
    }
  }
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
  Uses uses;
  add_uses(world, history, sites, uses);
  for (const auto& [key, use] : uses) all.uses.push_back(use);
  return all;
}

}  // namespace trainyard::measure
