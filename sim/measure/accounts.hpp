// Who bore what in one variant, and for whose jobs: every dollar and every chip-second once.
#pragma once

#include <functional>
#include <vector>

#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "measure/bins.hpp"
#include "measure/site_costs.hpp"

namespace trainyard::measure {

// A job on the chips of one owner.
struct Use {
  std::size_t job = 0;
  std::size_t owner = 0;  // of the chips
  double chip_time = 0;   // chip-seconds, busy
  double peak_work = 0;   // what the chips could have done meanwhile: FLOP at the dense bf16 peak
  Costs costs{};
};

// Of an owner's chips.
struct OwnerAccount {
  double ready_time = 0;  // chip-seconds with power, busy ones included
  Costs all{};
  Costs idle{};  // of this, of chips that are not busy
};

struct Accounts {
  std::vector<Use> uses;  // by job, then owner; only where there was any
  std::vector<OwnerAccount> owners;
};

// Also calls `visit` for all stretches of time at all sites.
Accounts accounts(
    const fleet::World& world, const fleet::History& history, const Bins& bins,
    const std::function<void(const CostSpan&)>& visit = [](const CostSpan&) {});

double sum(const Costs& costs);
Costs operator+(const Costs& a, const Costs& b);

}  // namespace trainyard::measure
