// The best parallel plan of a job by closed-form estimate: degrees, micro-batch, recomputation and
// sharding are searched, what else the request says stays.
#pragma once

#include <cstdint>
#include <optional>

#include "parallelism/plan.hpp"
#include "step/estimate.hpp"
#include "step/task.hpp"

namespace trainyard::planner {

struct Found {
  parallelism::Request request;
  step::Estimate estimate;
  std::int64_t plans = 0;  // that fit and were estimated
};

// Searches every tensor degree that node and model allow, every number of stages up to the
// layers, micro-batches of 1, 2, 4 and 8 samples, the
// three recomputations, and states kept by everyone or sharded; on `nodes` nodes, for the samples
// of a step. The most samples a second win, of equals (to 1e-9) the first in this order: fewer
// stages, smaller tensor degree, smaller micro-batch, less recomputation, less sharding. None where
// nothing fits.
std::optional<Found> search(const step::Task& task, std::int64_t nodes, std::int64_t global_batch);

}  // namespace trainyard::planner
