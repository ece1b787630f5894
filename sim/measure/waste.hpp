// Where the time of the chips went: every chip-second since arrival is in exactly one use. The
// order is that in which people ask: was the chip there, had it power, had it work, did it get on
// with it, and did that work last?
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/dataset.hpp"
#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "measure/names.hpp"

namespace trainyard::measure {

enum class Use : std::uint8_t {
  storage,        // no power for it yet
  installing,     // being installed and tested
  no_power,       // installed, power withdrawn
  failed,         // waits for repair, or is in it
  idle,           // ready, and no job that may run there waits
  queue,          // ready, and such a job waits
  spare,          // kept beside a gang
  left_over,      // given to a job whose plan cannot use it
  starting,       // waiting for data, starting up
  checkpoint,     // pauses to save
  unnoticed,      // a failure had not been noticed
  lost,           // work that was lost later
  compute,        // kept work, by what its steps go to
  bubble,         // waiting for other stages
  communication,  // waiting for other ranks
  other,          // memory streaming, input, optimizer
  undivided,      // kept work of jobs of known duration, whose steps nobody knows
};
inline constexpr std::array<std::string_view, 17> use_names{
    "storage", "installing", "no_power",      "failed",     "idle",      "queue",
    "spare",   "left_over",  "starting",      "checkpoint", "unnoticed", "lost",
    "compute", "bubble",     "communication", "other",      "undivided"};
inline constexpr std::size_t uses = use_names.size();

// In chip-seconds. Shape [uses].
using Waste = std::array<double, uses>;

// Shape [sites x kinds of node], the site outermost.
std::vector<Waste> waste(const fleet::World& world, const fleet::History& history);

// Appends chip_time by [use, site, accelerator]; `wastes` are those of the worlds.
void add_waste(std::span<const fleet::World> worlds, std::span<const std::vector<Waste>> wastes,
               const Names& names, Dataset& dataset);

}  // namespace trainyard::measure
