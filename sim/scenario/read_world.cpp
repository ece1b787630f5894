#include "scenario/read_world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/date.hpp"
#include "scenario/definitions.hpp"
#include "scenario/read_deliveries.hpp"
#include "scenario/read_failures.hpp"
#include "scenario/read_jobs.hpp"
#include "scenario/read_money.hpp"
#include "scenario/read_moves.hpp"
#include "scenario/read_scheduling.hpp"
#include "scenario/read_sites.hpp"
#include "scenario/read_workloads.hpp"

namespace trainyard::scenario {

using document::Node;
using document::Object;
using document::Presence;

namespace {

constexpr double most_bins = 100000;

void read_horizon(Object horizon, fleet::World& world) {
  const auto from = horizon.date("from", {.doc = "Where the simulated time begins, UTC"});
  const auto to = horizon.date("to", {.doc = "Where it ends"});
  world.bin = horizon.quantity<Seconds>(
      "bin", {.doc = "Length over which results are averaged, e.g. \"1 d\"",
              .minimum = 60,
              .maximum = longest_horizon});
  world.from = from.value_or(Instant());
  world.to = after_all_dates;  // until it is known to be good: jobs are held against it
  if (!from || !to) return;
  const Seconds length = *to - *from;
  if (length <= Seconds(0)) {
    horizon.problem("to", fmt::format("{} is not after {}", date_text(*to), date_text(*from)),
                    "exchange the two, or correct one");
  } else if (length > Seconds(longest_horizon)) {
    horizon.problem("to", "more than 50 years", "choose a shorter horizon");
  } else {
    world.to = *to;
    if (world.bin > Seconds(0) && length / world.bin > most_bins) {
      horizon.problem("bin", fmt::format("gives more than {:.0f} bins", most_bins),
                      "choose longer bins");
    }
  }
}

// What only a scenario with a horizon has.
void refuse_places(Object& root) {
  for (const char* key : {"deliveries", "moves", "failures", "scheduling", "workloads", "money",
                          "streams", "sharing"}) {
    if (!root.has(key)) continue;
    root.ignore(key, "");
    root.problem(
        key, fmt::format("\"{}\" without a horizon", key),
        "add \"horizon\": {\"from\": ..., \"to\": ..., \"bin\": \"1 d\"}, or leave it out");
  }
}

}  // namespace

std::size_t TaskList::add(step::Task task) {
  const auto [known, fresh] = index_.try_emplace(task.identity, tasks_.size());
  if (fresh) tasks_.push_back(std::move(task));
  return known->second;
}

VariantParts read_root(Object root, const Node* document, TaskList& tasks, const Origin& origin) {
  VariantParts parts;
  root.text("$schema",
            {.doc = "Path or address of this schema, for editors", .presence = Presence::optional});
  root.integer("format", {.doc = "Version of the scenario format: 1", .minimum = 1, .maximum = 1});
  parts.title = root.text("title", {.doc = "What the scenario asks, in a line"}).value_or("");
  root.texts("notes", {.doc = "Anything a reader should know, e.g. where facts conflict",
                       .presence = Presence::optional});
  parts.seed =
      root.integer("seed",
                   {.doc = "Of all random draws: slips of deliveries, failures, jitter of steps; "
                           "default 0",
                    .presence = Presence::optional,
                    .minimum = 0})
          .value_or(0);
  root.ignore("variants",
              "Changes by variant: name -> {JSON pointer: value}; values may be relative (\"+60 "
              "d\", \"+20 MW\", \"x1.1\")");
  parts.baseline = root.text("baseline", {.doc = "Variant that the others are compared with",
                                          .presence = Presence::optional})
                       .value_or("");
  Definitions definitions = read_definitions(root, document);
  definitions.folder = origin.folder;

  fleet::World world;
  const bool fleet =
      root.object("horizon",
                  {.doc = "Simulated time; a scenario without one plays single steps",
                   .presence = Presence::optional},
                  [&](Object horizon) { read_horizon(std::move(horizon), world); });
  world.nodes = definitions.nodes;
  world.seed = static_cast<std::uint64_t>(origin.seed.value_or(parts.seed));
  const auto read_fleet = [&](Object& object) {
    read_sites(object, definitions, world, Presence::required);
    const std::size_t before = object.problem_count();
    read_deliveries(object, definitions, world);
    const bool nodes_hold = std::ranges::none_of(
        definitions.faulty, [](const std::string& key) { return key.starts_with("nodes/"); });
    if (object.problem_count() > before || !nodes_hold) definitions.faulty.insert("deliveries");
    read_moves(object, definitions, world);
    if (object.problem_count() > before) definitions.faulty.insert("deliveries");
    check_power(object, definitions, world);
    read_failures(object, world);
    read_jobs(object, definitions, world, tasks);
    read_workloads(object, definitions, world, origin.folder);
    read_scheduling(object, world);
    read_money(object, world);
  };
  const auto read_steps = [&](Object& object) {
    refuse_places(object);
    read_sites(object, definitions, world, Presence::optional);
    parts.steps = read_step_jobs(object, definitions, world, tasks);
  };
  root.split("horizon", read_fleet, read_steps);
  if (fleet) parts.world = std::move(world);
  return parts;
}

}  // namespace trainyard::scenario
