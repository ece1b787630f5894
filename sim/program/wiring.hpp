// Which rank sends to which, over which links.
#pragma once

#include <vector>

#include "hardware/footprint.hpp"
#include "program/exchanges.hpp"
#include "program/program.hpp"
#include "program/section.hpp"
#include "program/symmetry.hpp"

namespace trainyard::program {

struct Wiring {
  const Sections& sections;
  const std::vector<parallelism::Plan>& own;  // of each section by itself
  const std::vector<Exchanges>& exchanges;    // of each section
  const hardware::Footprint& footprint;
};

// Fills everything of `program` but its roles and labels. Only a section that is alone keeps one of
// those that the symmetry shows to be alike.
void wire(const Wiring& wiring, const Symmetry& symmetry, Program& program);

}  // namespace trainyard::program
