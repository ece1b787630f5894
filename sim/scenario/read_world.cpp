#include "scenario/read_world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/date.hpp"
#include "base/text.hpp"
#include "scenario/definitions.hpp"
#include "scenario/read_deliveries.hpp"
#include "scenario/read_hardware.hpp"
#include "scenario/read_jobs.hpp"

namespace trainyard::scenario {

using document::Node;
using document::Object;
using document::Presence;

namespace {

constexpr double longest_horizon = 50 * 366 * 86400.0;
constexpr double most_bins = 100000;
constexpr Instant after_all_dates{1e10};

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

void read_power(Object& object, fleet::Site& site) {
  object.each(
      "power",
      {.doc = "What the site may draw from a date on, by phase; left out: no limit",
       .presence = Presence::optional},
      [&](const std::string& name, Object phase) {
        const auto from = phase.date("from", {.doc = "When the phase begins"});
        const auto limit = phase.quantity<Watts>(
            "limit", {.doc = "Facility power from then on, cooling included", .minimum = 0});
        for (const fleet::PowerPhase& other : site.power) {
          if (from && other.from == *from) {
            phase.problem("from", fmt::format("phase \"{}\" begins on the same date", other.name),
                          "give each phase a date of its own");
          }
        }
        site.power.push_back({name, from.value_or(Instant()), limit});
      });
  std::stable_sort(site.power.begin(), site.power.end(),
                   [](const auto& a, const auto& b) { return a.from < b.from; });
}

void read_sites(Object& root, fleet::World& world) {
  root.each(
      "sites",
      {.doc = "Sites by name; \"use\" takes one of platforms/sites and changes what is given"},
      [&](const std::string& name, Object object) {
        fleet::Site site;
        site.place = read_site(name, object);
        const auto basis = object.text(
            "planned_draw",
            {.doc = "What a powered node counts under the limit: its measured largest draw "
                    "(default) or its rated power",
             .presence = Presence::optional,
             .one_of = {"measured", "rated"}});
        site.basis = basis == "rated" ? fleet::PowerBasis::rated : fleet::PowerBasis::measured;
        read_power(object, site);
        world.sites.push_back(std::move(site));
      });
  root.each("wan",
            {.doc = "Long-haul links by name; those between sites of platforms/sites are there "
                    "unless given",
             .presence = Presence::optional},
            [&](const std::string& name, Object object) {
              world.wan.push_back(read_wan(name, object));
              for (const std::string& end : {world.wan.back().from, world.wan.back().to}) {
                if (!end.empty()) site_index(object, "ends", end, world);
              }
            });
}

// What only a scenario with a horizon has.
void refuse_places(Object& root) {
  for (const char* key : {"sites", "deliveries", "wan"}) {
    if (!root.has(key)) continue;
    root.ignore(key, "");
    // Links are laid under a scenario that has sites.
    if (key == std::string_view("wan") && root.has("sites")) continue;
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

VariantParts read_root(Object root, const Node* document, TaskList& tasks) {
  VariantParts parts;
  root.text("$schema",
            {.doc = "Path or address of this schema, for editors", .presence = Presence::optional});
  root.integer("format", {.doc = "Version of the scenario format: 1", .minimum = 1, .maximum = 1});
  parts.title = root.text("title", {.doc = "What the scenario asks, in a line"}).value_or("");
  root.texts("notes", {.doc = "Anything a reader should know, e.g. where facts conflict",
                       .presence = Presence::optional});
  parts.seed =
      root.integer("seed",
                   {.doc = "Kept with the results; there are no random draws yet; default 0",
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

  fleet::World world;
  const bool fleet =
      root.object("horizon",
                  {.doc = "Simulated time; a scenario without one plays single steps",
                   .presence = Presence::optional},
                  [&](Object horizon) { read_horizon(std::move(horizon), world); });
  world.nodes = definitions.nodes;
  const auto read_fleet = [&](Object& object) {
    read_sites(object, world);
    const std::size_t before = object.problem_count();
    read_deliveries(object, definitions, world);
    const bool nodes_hold = std::ranges::none_of(
        definitions.faulty, [](const std::string& key) { return key.starts_with("nodes/"); });
    if (object.problem_count() > before || !nodes_hold) definitions.faulty.insert("deliveries");
    read_jobs(object, definitions, world, tasks);
  };
  const auto read_steps = [&](Object& object) {
    refuse_places(object);
    parts.steps = read_step_jobs(object, definitions, tasks);
  };
  root.split("horizon", read_fleet, read_steps);
  if (fleet) parts.world = std::move(world);
  return parts;
}

}  // namespace trainyard::scenario
