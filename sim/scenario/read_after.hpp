// Jobs that wait for others: names to indices once all jobs are read.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "document/reader.hpp"
#include "fleet/world.hpp"

namespace trainyard::scenario {

// What one job says that it waits for.
struct Predecessors {
  std::string job;
  std::map<std::string, Bytes> carries;  // by the name of the job that is waited for
};

Predecessors read_after(document::Object& object, const std::string& job);

// Fills Job::after. `named`: all jobs of the document, also those at fault, which are not in the
// world. Reports unknown names, rings, and jobs that never end.
void link_predecessors(document::Object& root, const std::vector<Predecessors>& all,
                       const std::vector<std::string>& named, fleet::World& world);

}  // namespace trainyard::scenario
