#include "scenario/read_workloads.hpp"

#include <algorithm>

#include "scenario/read_checkpoint.hpp"
#include "scenario/read_deliveries.hpp"
#include "scenario/read_placement.hpp"
#include "scenario/read_process.hpp"
#include "scenario/read_trace.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

// All who ever have chips at the sites, in the order of the world's owners.
std::vector<std::size_t> owners_at(const fleet::World& world,
                                   const std::vector<std::size_t>& sites) {
  std::vector<std::size_t> owners;
  const auto add = [&](std::size_t site, std::size_t owner) {
    if (std::find(sites.begin(), sites.end(), site) != sites.end()) owners.push_back(owner);
  };
  for (const fleet::Delivery& delivery : world.deliveries) add(delivery.site, delivery.owner);
  for (const fleet::Move& move : world.moves) add(move.site, move.owner);
  std::sort(owners.begin(), owners.end());
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
  return owners;
}

WorkloadJobs read_common(Object& object, const std::string& name, const Definitions& definitions,
                         fleet::World& world) {
  WorkloadJobs jobs;
  jobs.usual.name = name;
  jobs.usual.workload = world.workloads.size();
  const auto owner = object.text(
      "owner", {.doc = "Whose jobs they are where the trace names nobody; of a process required",
                .presence = Presence::optional});
  if (owner) jobs.owner = owner_index(world, *owner);
  Placement placement = read_placement(object, world);
  jobs.usual.priority = object
                            .integer("priority", {.doc = "Larger is served first; default 0",
                                                  .presence = Presence::optional,
                                                  .minimum = -1e6,
                                                  .maximum = 1e6})
                            .value_or(0);
  jobs.usual.checkpoint = read_checkpoint(object, world, Bytes());
  jobs.usual.restart =
      object
          .optional_quantity<Seconds>(
              "restart", {.doc = "Lost whenever a job starts on new chips; default \"0 s\"",
                          .minimum = 0,
                          .maximum = 366 * 86400.0})
          .value_or(Seconds(0));
  jobs.usual.options.clear();
  if (object.describing() || placement.sites.empty()) return jobs;
  if (placement.chip_owners.empty()) placement.chip_owners = owners_at(world, placement.sites);
  jobs.usual.chip_owners = placement.chip_owners;
  jobs.usual.options = options(object, definitions, world, placement, Unnamed::any_kind);
  if (!deliveries_hold(definitions)) return jobs;
  for (const fleet::Option& option : jobs.usual.options) {
    const std::int64_t room = most_accelerators_of(world, {option}, placement.chip_owners);
    if (room > 0) jobs.room.push_back(room);
  }
  return jobs;
}

}  // namespace

void read_workloads(Object& root, const Definitions& definitions, fleet::World& world,
                    const std::string& folder) {
  root.each(
      "workloads",
      {.doc = "Many jobs of known duration, by name: of a trace or an arrival process",
       .presence = Presence::optional},
      [&](const std::string& name, Object object) {
        fleet::Workload workload{.name = name};
        const WorkloadJobs jobs = read_common(object, name, definitions, world);
        const bool trace = object.object(
            "trace", {.doc = "A file of jobs", .presence = Presence::optional},
            [&](Object inner) { read_trace(std::move(inner), jobs, folder, world, workload); });
        const bool process = object.object(
            "process", {.doc = "Random arrivals", .presence = Presence::optional},
            [&](Object inner) { read_process(std::move(inner), jobs, world, workload); });
        if (!object.absent() && trace == process) {
          object.problem("",
                         trace ? "both a trace and a process are given"
                               : "neither a trace nor a process is given",
                         "give one of the two");
        }
        world.workloads.push_back(std::move(workload));
      });
}

}  // namespace trainyard::scenario
