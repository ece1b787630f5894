#include "scenario/read_money.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/date.hpp"
#include "base/text.hpp"
#include "scenario/read_deliveries.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

constexpr double hours_per_day = 24;
constexpr double degrees_per_hour = 15;
constexpr double day = 86400;

double wrapped(double hour) {
  return hour < 0 ? hour + hours_per_day : hour;
}

double length(const fleet::HourPrice& price) {
  const double hours = wrapped(price.to - price.from);
  return hours == 0 ? hours_per_day : hours;
}

bool overlap(const fleet::HourPrice& a, const fleet::HourPrice& b) {
  return wrapped(b.from - a.from) < length(a) || wrapped(a.from - b.from) < length(b);
}

void read_hours(Object& site, fleet::SiteMoney& money) {
  const auto read = [&](const std::string& name, Object hours) {
    const auto hour = [&](const char* key, const char* doc) {
      return hours.number(key, {.doc = doc, .minimum = 0, .maximum = hours_per_day}).value_or(0);
    };
    fleet::HourPrice price{.name = name};
    price.from = hour("from_hour", "Hour of the local day from which it holds");
    price.to = hour("to_hour", "To here; over midnight where that is not later");
    price.price = hours.quantity<UsdPerJoule>("price", {.doc = "Price in these hours"});
    for (const fleet::HourPrice& other : money.hours) {
      if (!overlap(price, other)) continue;
      hours.problem("from_hour", fmt::format("the hours overlap those of \"{}\"", other.name),
                    "let one end where the other begins");
    }
    money.hours.push_back(std::move(price));
  };
  site.each("energy_hours",
            {.doc = "Prices of energy by the hour of the local day, by name; energy_price holds "
                    "at all others",
             .presence = Presence::optional},
            read);
}

// An owner that has chips or jobs, or sells something.
std::optional<std::size_t> known_owner(Object& object, const std::string& key,
                                       const std::string& name, const fleet::World& world) {
  const auto found = std::ranges::find(world.owners, name);
  if (found != world.owners.end()) {
    return static_cast<std::size_t>(found - world.owners.begin());
  }
  object.problem(key, fmt::format("unknown owner \"{}\"", name), suggestion(name, world.owners));
  return std::nullopt;
}

// Index of a named thing.
template <class Named>
std::optional<std::size_t> known(Object& object, const std::string& key, const std::string& name,
                                 const std::vector<Named>& all, const char* what) {
  std::vector<std::string> names;
  for (const Named& one : all) names.push_back(one.name);
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  object.problem(key, fmt::format("unknown {} \"{}\"", what, name), suggestion(name, names));
  return std::nullopt;
}

void read_general(Object object, fleet::Money& money) {
  money.amortisation =
      object
          .optional_quantity<Seconds>(
              "amortisation",
              {.doc = "Straight line, from arrival; default \"5 year\" (4 to 6 years are usual)",
               .minimum = day,
               .maximum = 100 * 366 * day})
          .value_or(money.amortisation);
  money.system_factor =
      object
          .number("system_factor",
                  {.doc = "Cost of a system over that of its nodes; default 1.5 (for training "
                          "superclusters, \"Nvidia hardware is about 2/3 of the cost\")",
                   .presence = Presence::optional,
                   .minimum = 0,
                   .maximum = 100})
          .value_or(money.system_factor);
  money.residual =
      object
          .number("residual", {.doc = "Share of the price that is left then; default 0",
                               .presence = Presence::optional,
                               .minimum = 0,
                               .maximum = 1})
          .value_or(money.residual);
}

// When a stream begins: on a date, or when a job has finished.
void read_begin(Object& object, const fleet::World& world, fleet::Stream& stream) {
  stream.from = object.date(
      "from", {.doc = "When it begins; or give \"after\"", .presence = Presence::optional});
  const auto after = object.text("after", {.doc = "Job with whose end it begins; or give \"from\"",
                                           .presence = Presence::optional});
  if (object.describing()) return;
  if (object.has("from") == object.has("after")) {
    object.problem("",
                   object.has("from") ? "both \"from\" and \"after\" are given"
                                      : "neither \"from\" nor \"after\" is given",
                   "give the date it begins, or the job whose end it waits for");
  }
  // Jobs that could not be read are not known.
  if (!after || object.problem_count() > 0) return;
  if (const auto job = known(object, "after", *after, world.jobs, "job")) stream.after = *job;
}

void read_dependence(Object& object, const fleet::World& world, fleet::Stream& stream) {
  const std::size_t before = object.problem_count();
  double sum = 0;
  object.each_number(
      "dependence",
      {.doc = "How far it depends on the help of other owners, as shares; the rest is the seller's",
       .presence = Presence::optional,
       .minimum = 0,
       .maximum = 1},
      [&](const std::string& name, double weight) {
        sum += weight;
        if (object.describing()) return;
        const auto owner = known_owner(object, "dependence", name, world);
        if (owner) stream.dependence.push_back({*owner, weight});
      });
  if (sum > 1 + 1e-9 && object.problem_count() == before) {
    object.problem("dependence", fmt::format("the shares sum to {}, more than 1", sum),
                   "lower them; what they leave is the seller's");
  }
}

fleet::Stream read_stream(const std::string& name, Object& object, fleet::World& world) {
  fleet::Stream stream{.name = name};
  const auto seller = object.text("seller", {.doc = "Owner who sells it"});
  if (seller) stream.seller = owner_index(world, *seller);
  read_begin(object, world, stream);
  stream.subscribers =
      object
          .number("subscribers", {.doc = "How many pay when it begins. Nobody publishes such "
                                         "numbers: give it with a status",
                                  .minimum = 0,
                                  .maximum = 1e10})
          .value_or(0);
  stream.price = object.quantity<Usd>("price", {.doc = "What one pays", .minimum = 0});
  const auto per = object.text(
      "per", {.doc = "How often: every \"month\", or \"once\"", .one_of = {"month", "once"}});
  stream.per = per == "once" ? fleet::Stream::Per::once : fleet::Stream::Per::month;
  stream.growth =
      object
          .number("growth", {.doc = "By what the subscribers multiply in a year; default 1",
                             .presence = Presence::optional,
                             .minimum = 0,
                             .maximum = 1000,
                             .minimum_excluded = true})
          .value_or(1);
  stream.until = object.date("until", {.doc = "When it ends", .presence = Presence::optional});
  if (stream.from && stream.until && *stream.until <= *stream.from) {
    object.problem(
        "until",
        fmt::format("{} is not after {}", date_text(*stream.until), date_text(*stream.from)),
        "exchange the two, or correct one");
  }
  return stream;
}

fleet::Sharing::Rule rule_named(const std::optional<std::string>& name) {
  using Rule = fleet::Sharing::Rule;
  if (name == "contribution") return Rule::contribution;
  if (name == "dependence") return Rule::dependence;
  return name == "marginal" ? Rule::marginal : Rule::equal;
}

void read_sharing(Object object, fleet::World& world) {
  fleet::Sharing sharing;
  const auto rule = object.text(
      "rule", {.doc = "How shared revenue would be divided: evenly, by chip-seconds times peak, by "
                      "the streams' dependence, or by the work that would be missing",
               .one_of = {"equal", "contribution", "dependence", "marginal"}});
  sharing.rule = rule_named(rule);
  const std::size_t before = object.problem_count();
  const auto parties = object.texts("parties", {.doc = "Owners among whom it would be divided"});
  const auto streams = object.texts("streams", {.doc = "Streams that would be shared; default: all",
                                                .presence = Presence::optional});
  sharing.hypothesis =
      object
          .text("hypothesis", {.doc = "What this rests on, such as \"press report of September "
                                      "2024, denied\": it stands beside every payout"})
          .value_or("");
  if (object.describing()) return;
  if (parties.empty() && object.problem_count() == before) {
    object.problem("parties", "nobody is named", "name the owners who would share");
  }
  if (object.has("hypothesis") && sharing.hypothesis.find_first_not_of(' ') == std::string::npos &&
      object.problem_count() == before) {
    object.problem("hypothesis", "says nothing", "say what the sharing rests on");
  }
  for (const std::string& name : parties) {
    if (const auto owner = known_owner(object, "parties", name, world)) {
      sharing.parties.push_back(*owner);
    }
  }
  for (const std::string& name : streams) {
    const auto stream = known(object, "streams", name, world.money.streams, "stream");
    if (stream) sharing.streams.push_back(*stream);
  }
  for (std::size_t s = 0; streams.empty() && s < world.money.streams.size(); ++s) {
    sharing.streams.push_back(s);
  }
  world.money.sharing = std::move(sharing);
}

}  // namespace

fleet::SiteMoney read_site_money(Object& site, const hardware::Site& place) {
  fleet::SiteMoney money;
  money.utc_offset =
      site.number("utc_offset",
                  {.doc = "Hours that local clocks are ahead of UTC; default: longitude / 15, "
                          "rounded. Daylight saving time is left out",
                   .presence = Presence::optional,
                   .minimum = -12,
                   .maximum = 14})
          .value_or(std::round(place.longitude / degrees_per_hour));
  read_hours(site, money);
  money.colocation =
      site.optional_quantity<UsdPerJoule>(
              "colocation", {.doc = "Rent by planned power, such as \"180 USD/kW/month\"; default: "
                                    "none",
                             .minimum = 0})
          .value_or(money.colocation);
  money.staff = site.optional_quantity<UsdPerSecond>(
                        "staff", {.doc = "Wages, such as \"2e6 USD/year\", while chips stand "
                                         "there; default: none",
                                  .minimum = 0})
                    .value_or(money.staff);
  return money;
}

void read_money(Object& root, fleet::World& world) {
  root.object("money", {.doc = "How chips are paid off", .presence = Presence::optional},
              [&](Object object) { read_general(std::move(object), world.money); });
  root.each("streams",
            {.doc = "What is sold that was trained, by name", .presence = Presence::optional},
            [&](const std::string& name, Object object) {
              world.money.streams.push_back(read_stream(name, object, world));
              read_dependence(object, world, world.money.streams.back());
            });
  root.object(
      "sharing",
      {.doc = "A hypothesis of who would get what of the streams", .presence = Presence::optional},
      [&](Object object) { read_sharing(std::move(object), world); });
}

}  // namespace trainyard::scenario
