// Until when a job runs: samples, tokens, steps, or time of computing.
#pragma once

#include <optional>

#include "document/reader.hpp"
#include "fleet/job.hpp"
#include "model/model.hpp"

namespace trainyard::scenario {

struct Target {
  double amount = 0;  // of time: seconds
  enum class Unit { samples, tokens, steps, time } unit = Unit::samples;
};

// "1e10 samples", "6e12 tokens", "500 steps", "2000 h".
std::optional<Target> read_target(document::Object& object);

// Into the job's target or duration. `batch`: samples of a step, none where they depend on the
// chips that the job gets.
void set_target(document::Object& object, const Target& target, const model::Model& model,
                std::optional<double> batch, fleet::Job& job);

}  // namespace trainyard::scenario
