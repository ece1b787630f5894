// Jobs of a trace: a file of submit times, durations and sizes.
#pragma once

#include <optional>
#include <string>

#include "document/reader.hpp"
#include "fleet/world.hpp"

namespace trainyard::scenario {

// What all jobs of a workload have in common.
struct WorkloadJobs {
  fleet::Job usual;                  // with all of its options; its name is that of the workload
  std::optional<std::size_t> owner;  // none: not said
  // Accelerators of the largest gang that an option ever has room for; shape [options]. Empty:
  // not known, or none, and nothing is held against it.
  std::vector<std::int64_t> room;

  [[nodiscard]] std::int64_t most() const;  // 0: not known
  // The job of that number of accelerators, on the options that ever have room for it.
  [[nodiscard]] fleet::Job job(std::int64_t accelerators) const;
};

// Reads the object "trace" and appends the jobs of its rows; `folder` is the scenario's.
void read_trace(document::Object object, const WorkloadJobs& jobs, const std::string& folder,
                fleet::World& world, fleet::Workload& workload);

}  // namespace trainyard::scenario
