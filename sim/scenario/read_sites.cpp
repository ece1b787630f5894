#include "scenario/read_sites.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/date.hpp"
#include "document/pointer.hpp"
#include "scenario/read_deliveries.hpp"
#include "scenario/read_hardware.hpp"
#include "scenario/read_money.hpp"
#include "scenario/read_world.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

struct PhaseWords {
  const char* key;
  const char* doc;
  const char* limit;
};
constexpr PhaseWords power_words{"power",
                                 "What the site may draw from a date on, by phase; left out: no "
                                 "limit",
                                 "Facility power from then on, cooling included"};
constexpr PhaseWords cooling_words{"cooling",
                                   "What its cooling carries away from a date on, by phase; left "
                                   "out: no limit",
                                   "Power of the nodes alone, before PUE, from then on"};

std::vector<fleet::PowerPhase> read_phases(Object& object, const PhaseWords& words) {
  std::vector<fleet::PowerPhase> phases;
  object.each(
      words.key, {.doc = words.doc, .presence = Presence::optional},
      [&](const std::string& name, Object phase) {
        const auto from = phase.date("from", {.doc = "When the phase begins"});
        const auto limit = phase.quantity<Watts>("limit", {.doc = words.limit, .minimum = 0});
        for (const fleet::PowerPhase& other : phases) {
          if (from && other.from == *from) {
            phase.problem("from", fmt::format("phase \"{}\" begins on the same date", other.name),
                          "give each phase a date of its own");
          }
        }
        phases.push_back({name, from.value_or(Instant()), limit});
      });
  std::ranges::stable_sort(phases, {}, &fleet::PowerPhase::from);
  return phases;
}

Seconds read_lasts(Object& object, const char* doc) {
  return object.quantity<Seconds>(
      "lasts", {.doc = doc, .minimum = 0, .maximum = longest_horizon, .minimum_excluded = true});
}

std::vector<fleet::Outage> read_outages(Object& object, const char* doc) {
  std::vector<fleet::Outage> outages;
  object.each("outages", {.doc = doc, .presence = Presence::optional},
              [&](const std::string& name, Object outage) {
                const auto from = outage.date("from", {.doc = "When it begins"});
                const Seconds lasts = read_lasts(outage, "How long");
                outages.push_back({name, from.value_or(Instant()), lasts});
              });
  return outages;
}

void read_shortage(Object& object, fleet::Site& site) {
  const auto answer = object.text(
      "when_short",
      {.doc = "What is done when power falls short: \"stop\" (default) switches chips off, newest "
              "delivery first; \"slow\" lowers all clocks before",
       .presence = Presence::optional,
       .one_of = {"stop", "slow"}});
  if (answer == "slow") site.shortage = fleet::Shortage::slow;
  const auto slowest =
      object.number("slowest", {.doc = "Lowest clock, of the usual one, with \"slow\"; default 0.6",
                                .presence = Presence::optional,
                                .minimum = 0.3,
                                .maximum = 1});
  site.slowest = slowest.value_or(site.slowest);
  if (slowest && site.shortage != fleet::Shortage::slow) {
    object.problem("slowest", "clocks are not lowered at this site",
                   "add \"when_short\": \"slow\", or leave it out");
  }
}

void read_trip(Object& object, fleet::Site& site) {
  object.object("trip",
                {.doc = "A substation that opens when the site draws too much; left out: none",
                 .presence = Presence::optional},
                [&](Object trip) {
                  const auto above = trip.quantity<Watts>(
                      "above", positive("Facility power above which it opens"));
                  const Seconds lasts = read_lasts(trip, "Until it is closed again");
                  site.trip = {above, lasts};
                });
}

fleet::Site read_place(const std::string& name, Object& object) {
  fleet::Site site;
  site.place = read_site(name, object);
  const auto basis = object.text(
      "planned_draw", {.doc = "What a powered node counts under the limit: its measured largest "
                              "draw (default) or its rated power",
                       .presence = Presence::optional,
                       .one_of = {"measured", "rated"}});
  site.basis = basis == "rated" ? fleet::PowerBasis::rated : fleet::PowerBasis::measured;
  site.power = read_phases(object, power_words);
  site.cooling = read_phases(object, cooling_words);
  read_shortage(object, site);
  site.outages = read_outages(object, "Times without power, by name");
  read_trip(object, site);
  object.object("storage",
                {.doc = "What its jobs keep checkpoints in; \"use\" takes one of "
                        "platforms/storage; left out: a store without limits",
                 .presence = Presence::optional},
                [&](Object storage) { site.store = read_store(std::move(storage)); });
  return site;
}

void read_link(const std::string& name, Object& object, fleet::World& world) {
  const std::size_t index = world.wan.size();
  world.wan.push_back(read_wan(name, object));
  for (const std::string& end : {world.wan.back().from, world.wan.back().to}) {
    if (!end.empty()) site_index(object, "ends", end, world);
  }
  for (fleet::Outage& outage : read_outages(object, "Times without traffic, by name")) {
    world.wan_outages.push_back({index, std::move(outage)});
  }
}

// Some phase above zero holds within the horizon; no phases: no limit.
bool ever_above_zero(const std::vector<fleet::PowerPhase>& phases, const fleet::World& world) {
  for (std::size_t i = 0; i < phases.size(); ++i) {
    const bool over_before = i + 1 < phases.size() && phases[i + 1].from <= world.from;
    if (phases[i].limit > Watts(0) && phases[i].from < world.to && !over_before) return true;
  }
  return phases.empty();
}

}  // namespace

fleet::Store read_store(Object object) {
  fleet::Store store;
  read_origin(object);
  const auto bandwidth = object.optional_quantity<BytesPerSecond>(
      "bandwidth", positive("Of all nodes together; left out: no limit"));
  const auto per_node = object.optional_quantity<BytesPerSecond>(
      "per_node", positive("Of one node's path to it; left out: no limit"));
  if (!object.absent() && !object.has("bandwidth") && !object.has("per_node")) {
    object.problem("", "neither \"bandwidth\" nor \"per_node\" is given",
                   "give one of them, or leave \"storage\" out for a store without limits");
  }
  store.bandwidth = bandwidth.value_or(store.bandwidth);
  store.per_node = per_node.value_or(store.per_node);
  return store;
}

void read_sites(Object& root, Definitions& definitions, fleet::World& world, Presence presence) {
  root.each(
      "sites",
      {.doc = "Sites by name; \"use\" takes one of platforms/sites and changes what is given",
       .presence = presence},
      [&](const std::string& name, Object object) {
        const std::size_t before = object.problem_count();
        world.sites.push_back(read_place(name, object));
        world.money.sites.push_back(read_site_money(object, world.sites.back().place));
        if (object.problem_count() > before) definitions.faulty.insert("sites/" + name);
      });
  root.each("wan",
            {.doc = "Long-haul links by name; those between sites of platforms/sites are there "
                    "unless given",
             .presence = Presence::optional},
            [&](const std::string& name, Object object) { read_link(name, object, world); });
}

void check_power(Object& root, const Definitions& definitions, const fleet::World& world) {
  // Where chips go is not known, or when the horizon ends.
  if (definitions.faulty.contains("deliveries") || world.to >= after_all_dates) return;
  std::set<std::size_t> with_chips;
  for (const fleet::Delivery& delivery : world.deliveries) with_chips.insert(delivery.site);
  for (const fleet::Move& move : world.moves) with_chips.insert(move.site);
  for (const std::size_t i : with_chips) {
    const fleet::Site& site = world.sites[i];
    if (definitions.faulty.contains("sites/" + site.place.name)) continue;
    const auto check = [&](const char* key, const std::vector<fleet::PowerPhase>& phases) {
      if (ever_above_zero(phases, world)) return;
      root.problem_at(fmt::format("/sites/{}/{}", document::escaped(site.place.name), key),
                      fmt::format("chips are sent here, but no phase is above 0 W within the "
                                  "horizon, which ends on {}",
                                  date_text(world.to)),
                      fmt::format("begin one earlier, let the horizon end later, or leave \"{}\" "
                                  "out for no limit",
                                  key));
    };
    check("power", site.power);
    check("cooling", site.cooling);
  }
}

}  // namespace trainyard::scenario
