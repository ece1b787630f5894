// Links that can never be what holds a flow back: everything that crosses such a link comes out of
// (or goes on into) links whose bandwidths sum to no more than its own, so its constraint follows
// from theirs. Uplinks of a leaf without oversubscription are of this kind. Leaving them out
// changes no max-min rate, and keeps ranks alike that differ only in whom they meet there.
#pragma once

#include <vector>

#include "program/program.hpp"

namespace trainyard::program {

// Drops the crossings of such links from `program`. Links at either end of some flow's path always
// stay: they are what the others follow from.
void prune(Program& program);

}  // namespace trainyard::program
