// Makes a scenario self-contained: everything that it names (`use`, nodes, models, the chips and
// fabrics of nodes, the WAN between its sites) is laid under it from the library, so that what
// follows reads one document, `--set` reaches every number, and results carry all inputs.
#pragma once

#include "document/node.hpp"
#include "document/reader.hpp"
#include "scenario/library.hpp"

namespace trainyard::scenario {

// Idempotent. Names that nobody knows are reported at the place that names them; what is no object
// where one is wanted is left to the reader.
void resolve(document::Node& root, Library& library, document::Report& report);

}  // namespace trainyard::scenario
