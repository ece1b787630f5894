// Jobs of several branches, or of one whose stages stand on several kinds of nodes or at several
// sites.
#pragma once

#include <optional>

#include "document/reader.hpp"
#include "fleet/world.hpp"
#include "scenario/definitions.hpp"
#include "scenario/read_task.hpp"
#include "step/task.hpp"

namespace trainyard::scenario {

// Members "branches" and "sync" of a job whose other members are `common`; `places` has the sites
// and links that were read. None where something is wrong, which was reported.
std::optional<step::Task> read_joint(document::Object& object, const Common& common,
                                     const Definitions& definitions, const fleet::World& places);

}  // namespace trainyard::scenario
