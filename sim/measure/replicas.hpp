// The numbers of a fleet's result that say how it did, over replicas with different seeds: mean,
// confidence interval, spread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/dataset.hpp"

namespace trainyard::measure {

// One number of each variant: a variable without time, or an element of one by site, owner or job.
struct Quantity {
  std::string name;  // "job_ettr/fsd"
  std::string unit;
  std::vector<double> values;  // [variants]
};

// Of a result, in the order of its variables: all numbers over no other axis than variant and one
// of site, owner, job and cause.
std::vector<Quantity> quantities(const Dataset& result);
// Their values in a row. Shape [quantities, variants].
std::vector<double> values(const std::vector<Quantity>& quantities);

struct Replica {
  std::int64_t seed = 0;
  std::vector<double> values;  // as above
};

// Appends the axes `replica` and `quantity`: every value, its mean and 95 % confidence interval of
// the mean (Student's t), and the number of replicas that have one (a job may not finish). The
// first replica is the result itself.
void add_replicas(std::int64_t seed, const std::vector<Replica>& others, Dataset& dataset);

}  // namespace trainyard::measure
