// Makes a scenario self-contained: everything that it names (`use`, nodes, models, the chips and
// fabrics of nodes, the WAN between its sites) is laid under it from the library, so that what
// follows reads one document, `--set` reaches every number, and results carry all inputs.
#pragma once

#include "document/node.hpp"
#include "document/reader.hpp"
#include "scenario/library.hpp"

namespace trainyard::scenario {

// Whether the document is complete: every name is known, or near enough to a known one to be read
// as that one, so that all other problems are found in the same pass.
enum class Resolved { all, in_part };

// Idempotent. Names that nobody knows are reported at the place that names them; what is no object
// where one is wanted is left to the reader.
Resolved resolve(document::Node& root, Library& library, document::Report& report);

// As far as names are known, and without a word where not: later changes may define them.
void resolve_known(document::Node& root, Library& library);

}  // namespace trainyard::scenario
