// What is asked of a fleet: jobs, named ones and those of traces and arrival processes.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"

namespace trainyard::fleet {

inline constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

// A kind of node at a site where a job may run, and the question it then asks the step scale.
struct Option {
  std::size_t site = 0;
  std::size_t node = 0;
  std::size_t task = none;  // none: a job of known duration
};

// When and where a job saves its state.
struct Checkpoint {
  enum class Interval : std::uint8_t { fixed, young, daly };  // sqrt(2 w M), sqrt(2 w M) - w
  enum class Mode : std::uint8_t {
    blocking,      // computing stops while it is written
    asynchronous,  // it stops for a copy to host memory, and the rest is written beside
  };
  enum class Tier : std::uint8_t { store, local_disk, host_memory };
  Interval interval = Interval::fixed;
  Seconds every{3600};  // productive time between two; where it is fixed
  Mode mode = Mode::blocking;
  Tier tier = Tier::store;
  Bytes size;                    // of all ranks together; 0: writing takes no time
  std::optional<Seconds> write;  // blocking time of one, instead of size over bandwidth
  std::size_t replica = none;    // site that each is copied to over the WAN
};

struct DataSet {
  Bytes size;
  std::size_t home = 0;  // site
};

// A job that must have finished before, and what it hands over.
struct Predecessor {
  std::size_t job = 0;
  Bytes carries;  // moved from the site where it ran last
};

struct Job {
  std::string name;
  std::string model;  // "" for a job of known duration
  std::size_t owner = 0;
  std::vector<Option> options{Option{}};  // at least one, the preferred first
  std::vector<std::size_t> chip_owners;   // whose chips it may use
  // Gangs it may run on, in accelerators, largest first; none: all it can get, growing. Of a job
  // with tasks, whole nodes.
  std::vector<std::int64_t> gangs;
  std::int64_t spares = 0;    // nodes kept beside the gang for those that fail
  std::int64_t priority = 0;  // larger first
  Instant from;
  std::optional<double> target_samples;  // none, and no duration: runs to the end of the horizon
  std::optional<Seconds>
      duration;  // computing time, instead of a target; always of jobs without tasks
  // What it says it will take; policies that order by length use it. None: target over rate, or
  // the duration.
  std::optional<Seconds> estimate;
  std::optional<Instant> deadline;
  double tokens_per_sample = 0;  // 0 for models that count samples
  Checkpoint checkpoint;
  Seconds restart;  // lost whenever it starts on new chips: loading the framework
  std::vector<Predecessor> after;
  std::optional<DataSet> data;  // staged at the site before it starts there
  std::size_t workload = none;  // that it came from; none: a named job
  std::size_t team = none;      // that it is a member of
};

// Where jobs come from that are not named one by one: the jobs stand in World::jobs.
struct Workload {
  std::string name;
  std::string source;         // the trace's file and digest, or the process in words
  std::int64_t left_out = 0;  // rows of the trace that were not taken, with the reasons in notes
  std::vector<std::string> notes;
};

}  // namespace trainyard::fleet
