// A run of pipeline stages that stand on one cluster. A pipeline has one section, or several: on
// chips of different kinds, with tensor degrees of their own, or at different sites.
#pragma once

#include <cstdint>
#include <vector>

#include "hardware/footprint.hpp"
#include "parallelism/plan.hpp"

namespace trainyard::program {

struct Section {
  // Of the whole pipeline, with this section's tensor degree and precision.
  parallelism::Plan plan;
  std::int64_t first_stage = 0;
  std::int64_t stages = 1;
  std::size_t part = 0;  // of the footprint

  // The section as if it were all of the pipeline: its ranks stand on its cluster by this plan, and
  // what its stages exchange among themselves never leaves it.
  [[nodiscard]] parallelism::Plan own() const {
    parallelism::Plan own = plan;
    own.request.pipeline = stages;
    return own;
  }
  [[nodiscard]] bool holds(std::int64_t stage) const {
    return stage >= first_stage && stage < first_stage + stages;
  }
};
using Sections = std::vector<Section>;

// A plan whose stages all stand on the first part.
inline Sections one_section(const parallelism::Plan& plan) {
  return {{.plan = plan, .stages = plan.pipeline()}};
}

}  // namespace trainyard::program
