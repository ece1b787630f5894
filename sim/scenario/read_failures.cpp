#include "scenario/read_failures.hpp"

#include <fmt/format.h>

#include <array>

#include "scenario/read_distribution.hpp"
#include "scenario/read_hardware.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;
using Effect = fleet::Cause::Effect;
using fleet::Scope;

namespace {

template <class Value>
struct Row {
  const char* name;
  Value value;
};

constexpr std::array scopes{Row{"accelerator", Scope::accelerator}, Row{"node", Scope::node},
                            Row{"rack", Scope::rack}, Row{"leaf", Scope::leaf},
                            Row{"site", Scope::site}};
constexpr std::array effects{Row{"crash", Effect::crash}, Row{"planned", Effect::planned},
                             Row{"silent", Effect::silent}, Row{"straggler", Effect::straggler}};

template <class Rows>
std::vector<std::string> names_of(const Rows& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.emplace_back(row.name);
  return names;
}

// The value of that name; of no name the first.
template <class Rows>
auto value_of(const Rows& rows, const std::optional<std::string>& name) {
  for (const auto& row : rows) {
    if (name == row.name) return row.value;
  }
  return rows.front().value;
}

// How often, and of what.
void read_rate(Object& object, fleet::Cause& cause) {
  constexpr double once_a_minute = 1.0 / 60;
  cause.rate = object.quantity<PerSecond>(
      "rate", {.doc = "How often it happens to one of \"per\" while that has power; 0 1/h: never",
               .minimum = 0,
               .maximum = once_a_minute});
  cause.per = value_of(
      scopes, object.text("per", {.doc = "What the rate counts", .one_of = names_of(scopes)}));
  cause.shape = object
                    .number("shape", {.doc = "Exponent of age: by age t one of \"per\" has failed "
                                             "(rate t)^shape times; below 1 young things fail "
                                             "more, above 1 old ones; default 1, all alike",
                                      .presence = Presence::optional,
                                      .minimum = 0.1,
                                      .maximum = 10})
                    .value_or(1);
}

// What it does to a job until somebody acts.
void read_effect(Object& object, fleet::Cause& cause) {
  const auto effect = object.text(
      "effect",
      {.doc = "On the job: \"crash\" (default) stops it at once, \"planned\" lets it save "
              "its state before, \"silent\" spoils all that it does until it is noticed, "
              "\"straggler\" slows it until then",
       .presence = Presence::optional,
       .one_of = names_of(effects)});
  cause.effect = value_of(effects, effect);
  const bool straggler = cause.effect == Effect::straggler;
  const auto slow =
      object.number("slow", {.doc = "Speed of the slow node over a healthy one's; straggler only",
                             .presence = straggler ? Presence::required : Presence::optional,
                             .minimum = 0.01,
                             .maximum = 1});
  if (straggler) cause.slow = slow.value_or(1);
  if (slow && !straggler) {
    object.problem("slow", "only a straggler is slow",
                   "write \"effect\": \"straggler\", or leave it out");
  }
}

void read_repair(Object& object, fleet::Cause& cause) {
  const auto takes = object.text(
      "takes", {.doc = "\"node\" (default): what \"per\" counts is out of service until it is "
                       "repaired; \"nothing\": its nodes go on as soon as it is noticed",
                .presence = Presence::optional,
                .one_of = {"node", "nothing"}});
  cause.takes_nodes = takes != "nothing";
  document::Rule detect = delay_rule("From the event to somebody acting");
  detect.presence = Presence::required;
  cause.detect = read_distribution(object, "detect", detect);
  document::Rule repair = delay_rule(
      "From a crew's beginning to the nodes' return; not needed "
      "where it takes nothing");
  if (cause.takes_nodes && !object.describing()) repair.presence = Presence::required;
  cause.repair = read_distribution(object, "repair", repair);
  if (!cause.takes_nodes && object.has("repair")) {
    object.problem("repair", "it takes no node, so there is nothing to repair",
                   "write \"takes\": \"node\", or leave it out");
  }
}

fleet::Cause read_cause(const std::string& name, Object object) {
  fleet::Cause cause;
  cause.name = name;
  cause.component =
      object.text("component", {.doc = "Class for tables, such as \"GPU\" or \"network\""})
          .value_or("");
  read_rate(object, cause);
  read_effect(object, cause);
  read_repair(object, cause);
  return cause;
}

}  // namespace

fleet::Failures read_failures(Object object) {
  fleet::Failures failures;
  read_origin(object);
  const double factor = object
                            .number("factor", {.doc = "All rates are multiplied by it; default 1",
                                               .presence = Presence::optional,
                                               .minimum = 0,
                                               .maximum = 1000})
                            .value_or(1);
  failures.rack_nodes =
      object
          .integer("rack_nodes", {.doc = "Nodes of a rack; default 4, as of DGX H100 SuperPODs",
                                  .presence = Presence::optional,
                                  .minimum = 1,
                                  .maximum = 1000})
          .value_or(failures.rack_nodes);
  failures.crews = object
                       .integer("crews", {.doc = "Repairs at once at each site; left out: any "
                                                 "number",
                                          .presence = Presence::optional,
                                          .minimum = 1,
                                          .maximum = 1e6})
                       .value_or(failures.crews);
  object.each("causes", {.doc = "What fails, by name"}, [&](const std::string& name, Object cause) {
    failures.causes.push_back(read_cause(name, std::move(cause)));
    failures.causes.back().rate = failures.causes.back().rate * factor;
  });
  return failures;
}

void read_failures(Object& root, fleet::World& world) {
  root.object("failures",
              {.doc = "What breaks; \"use\" takes one of platforms/failures; left out: nothing",
               .presence = Presence::optional},
              [&](Object object) { world.failures = read_failures(std::move(object)); });
}

}  // namespace trainyard::scenario
