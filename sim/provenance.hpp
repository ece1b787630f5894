// What a result carries so that it can be believed and made again: the resolved scenario and its
// digest, overrides, seed, versions, and how far its inputs are to be trusted. Nothing of the
// machine or the moment, so that the same scenario gives the same bytes.
#pragma once

#include <string>

#include "base/dataset.hpp"
#include "scenario/scenario.hpp"

namespace trainyard {

// Version of results: raised when a variable changes its name, shape, unit or meaning.
inline constexpr std::int64_t result_format = 1;

// "0.1.0 (git 1a2b3c4)".
std::string program_version();

void add_provenance(const scenario::Scenario& scenario, Dataset& dataset);

}  // namespace trainyard
