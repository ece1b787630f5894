// What the parts of a fleet in play share: the world, the moment, the chips, and what has happened.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/timeline.hpp"
#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "fleet/yard.hpp"
#include "step/rates.hpp"

namespace trainyard::fleet {

// Kinds of events, in the order in which they are handled at equal times: power first, then what
// frees chips, then what wants them.
enum Kind : std::int32_t {
  limit,             // id: site
  order,             // id: delivery
  ship,              // id: delivery
  arrive,            // id: lot
  move,              // id: move
  retire,            // id: delivery
  installation_end,  // id: installation
  link_change,       // id: outage of the WAN
  job_end,           // id: job and version
  breakdown,         // id: hazard
  noticed,           // id: incident
  repaired,          // id: repair
  transfer_end,
  job_start,   // id: job
  checkpoint,  // id: job and version
  look,
};

struct Scene {
  const World& world;
  const std::vector<step::Task>& tasks;
  step::Rates& rates;
  Yard yard;
  History history;
  Instant now;
  engine::Timeline* timeline = nullptr;  // while events are handled

  void plan(Instant time, Kind kind, std::size_t id) const {
    timeline->add({time, kind, static_cast<std::int64_t>(id)});
  }
};

}  // namespace trainyard::fleet
