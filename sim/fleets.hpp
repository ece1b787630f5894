// Plays the fleets of a scenario: all variants, once or in replicas with seeds of their own, each
// replica in a process of its own.
#pragma once

#include <cstddef>
#include <vector>

#include "base/dataset.hpp"
#include "fleet/history.hpp"
#include "measure/replicas.hpp"
#include "scenario/scenario.hpp"
#include "simulate.hpp"
#include "step/rates.hpp"

namespace trainyard {

// What happened in the fleets of all variants; and in the same without each party's chips, where
// the scenario shares by marginal contribution.
struct Played {
  std::vector<fleet::History> histories;  // [worlds]
  struct Without {
    std::size_t owner = 0;
    fleet::World world;
    fleet::History history;
  };
  std::vector<Without> without;
};

// Asks the step scale for what it is known to need, in parallel, and plays again where a fleet
// needed more.
Played play_worlds(const scenario::Scenario& scenario, step::RateTable& rates);

Dataset fleet_tables(const scenario::Scenario& scenario, const Played& played);

// The quantities of replicas 1 to `replicas` - 1: the scenario, read again with seeds that follow
// its own.
std::vector<measure::Replica> play_replicas(const RunRequest& request,
                                            const scenario::Scenario& scenario,
                                            step::RateTable& rates);

}  // namespace trainyard
