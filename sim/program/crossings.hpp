// Transfers between stages of different sections. Where tensor degrees differ, one is a multiple of
// the other: a rank's part then goes to several ranks, or several ranks' parts to one, of which the
// first sends for all.
#pragma once

#include <cstdint>
#include <vector>

#include "program/flows.hpp"
#include "program/program.hpp"
#include "program/wiring.hpp"

namespace trainyard::program {

// `first`: where each section's ranks begin in the program.
void add_crossings(const Wiring& wiring, const std::vector<std::int32_t>& first, Flows& flows,
                   Program& program);

}  // namespace trainyard::program
