// Plays the fleets of a scenario: all variants, once or in replicas with seeds of their own, each
// replica in a process of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/dataset.hpp"
#include "fleet/history.hpp"
#include "measure/replicas.hpp"
#include "scenario/scenario.hpp"
#include "simulate.hpp"
#include "step/rates.hpp"

namespace trainyard {

// The histories of all worlds. Asks the step scale for what it is known to need, in parallel, and
// plays again where it needed more.
std::vector<fleet::History> play_worlds(const std::vector<fleet::World>& worlds,
                                        const scenario::Scenario& scenario,
                                        step::RateTable& rates);

Dataset fleet_tables(const scenario::Scenario& scenario,
                     const std::vector<fleet::History>& histories);

// The quantities of replicas 1 to `replicas` - 1: the scenario, read again with seeds that follow
// its own.
std::vector<measure::Replica> play_replicas(const RunRequest& request,
                                            const scenario::Scenario& scenario,
                                            step::RateTable& rates);

}  // namespace trainyard
