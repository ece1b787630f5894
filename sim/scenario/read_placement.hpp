// Where a job may run: its sites, the kinds of node it takes, and whose chips. What arrives there
// decides which pairs of site and kind are options.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "document/reader.hpp"
#include "fleet/world.hpp"
#include "scenario/definitions.hpp"

namespace trainyard::scenario {

struct Placement {
  std::vector<std::size_t> chip_owners;
  std::vector<std::size_t> sites;  // the preferred first; empty: at fault, which was reported
  std::vector<std::string> kinds;  // names of nodes, the preferred first; empty: not said
};

// Reads "chips_of": owners whose chips a job may use.
std::vector<std::size_t> read_chips_of(document::Object& object, fleet::World& world);

// Reads "sites", "node" or "nodes", and "chips_of"; no chip_owners where the last is left out.
Placement read_placement(document::Object& object, fleet::World& world);

// What a job that names no kind of node takes: the only one that its site gets, or any.
enum class Unnamed { one_kind, any_kind };

// Pairs of site and kind where chips of the owners ever are, the preferred first. Where none ever
// are, but kinds are named, all pairs: such a job stays idle, which is an answer too (a variant may
// send a site's chips elsewhere). Reports where there is nothing to choose.
std::vector<fleet::Option> options(document::Object& object, const Definitions& definitions,
                                   const fleet::World& world, const Placement& placement,
                                   Unnamed unnamed);

// No more nodes than these are ever there for the owners, moves included.
std::int64_t most_nodes(const fleet::World& world, const fleet::Option& option,
                        const std::vector<std::size_t>& chip_owners);

// Of all options, in accelerators; 0 where nothing ever arrives.
std::int64_t most_accelerators_of(const fleet::World& world,
                                  const std::vector<fleet::Option>& options,
                                  const std::vector<std::size_t>& chip_owners);

// Otherwise what arrives is not known, and no job is at fault for it.
bool deliveries_hold(const Definitions& definitions);

}  // namespace trainyard::scenario
