// What a fleet is made of and what is asked of it: sites, deliveries, jobs, over a horizon. Filled
// by `scenario`, played by `fleet`. Things refer to each other by index; all indices are valid.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "hardware/node.hpp"
#include "hardware/site.hpp"
#include "step/task.hpp"

namespace trainyard::fleet {

// From a date on, what the site may draw, cooling included (facility power). The phase that began
// last holds; before the first there is none.
struct PowerPhase {
  std::string name;
  Instant from;
  Watts limit;
};

// What a powered node is counted with under a cap.
enum class PowerBasis { measured, rated };

struct Site {
  hardware::Site place;
  std::vector<PowerPhase> power;  // in order of time; empty: no limit
  PowerBasis basis = PowerBasis::measured;
};

// Whole nodes of one kind that arrive at a site at once.
struct Delivery {
  std::string name;
  std::size_t site = 0;
  std::size_t node = 0;
  std::size_t owner = 0;
  Instant arrives;
  Seconds install;  // from getting a powered place to computing
  std::int64_t nodes = 0;
};

// A job is pinned to one site and one kind of node.
struct Job {
  std::string name;
  std::string model;
  std::size_t owner = 0;
  std::size_t site = 0;
  std::size_t node = 0;
  std::size_t task = 0;                      // question for the step scale
  std::vector<std::size_t> chip_owners;      // whose chips it may use
  std::optional<std::int64_t> accelerators;  // none: all it can get
  std::int64_t priority = 0;                 // larger first
  Instant from;
  std::optional<double> target_samples;  // none: runs to the end of the horizon
  double tokens_per_sample = 0;          // 0 for models that count samples
  Seconds checkpoint_every;              // it grows, and falls back, to these moments
  Seconds restart;                       // lost whenever its chips change
};

struct World {
  std::string variant;  // name, "" where there is only one
  Instant from;
  Instant to;
  Seconds bin;
  std::vector<Site> sites;
  std::vector<hardware::WanLink> wan;
  std::vector<hardware::Node> nodes;
  std::vector<std::string> owners;
  std::vector<Delivery> deliveries;
  std::vector<Job> jobs;
};

// Facility power that a powered node counts with at the site.
Watts planned_draw(const Site& site, const hardware::Node& node);

}  // namespace trainyard::fleet
