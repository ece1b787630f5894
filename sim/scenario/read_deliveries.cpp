#include "scenario/read_deliveries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/date.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "scenario/read_distribution.hpp"
#include "scenario/read_hardware.hpp"
#include "scenario/read_task.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

// How a pool is measured: in accelerators, facility power or money.
struct Size {
  double amount = 0;
  enum class Measure { accelerators, power, cost } measure = Measure::accelerators;

  [[nodiscard]] double of(const hardware::Node& node, const fleet::Site& site) const {
    switch (measure) {
      case Measure::accelerators:
        return static_cast<double>(node.accelerators);
      case Measure::power:
        return planned_draw(site, node).value();
      case Measure::cost:
        return node.price.value();
    }
    return 1;
  }
};

Size read_size(Object object) {
  Size size;
  const auto count = object.integer(
      "accelerators",
      {.doc = "Chips", .presence = Presence::optional, .minimum = 1, .maximum = most_accelerators});
  const auto power = object.optional_quantity<Watts>(
      "power", positive("Facility power that its nodes may be planned to draw"));
  const auto cost = object.optional_quantity<Usd>("cost", positive("Price of its nodes"));
  if (count) size = {static_cast<double>(*count), Size::Measure::accelerators};
  if (power) size = {power->value(), Size::Measure::power};
  if (cost) size = {cost->value(), Size::Measure::cost};
  const int given = (object.has("accelerators") ? 1 : 0) + (object.has("power") ? 1 : 0) +
                    (object.has("cost") ? 1 : 0);
  if (!object.absent() && given != 1) {
    object.problem("", fmt::format("{} measures of size are given", given),
                   "give one of \"accelerators\", \"power\" and \"cost\"");
  }
  return size;
}

struct Share {
  std::string node;
  double share = 0;
};

std::vector<Share> read_mix(Object& object) {
  std::vector<Share> mix;
  std::vector<std::size_t> rest;
  double given = 0;
  object.each_number_or_text(
      "mix",
      {.doc = "Shares of the pool's size by kind of node: numbers, or \"rest\" once",
       .presence = Presence::optional,
       .minimum = 0,
       .maximum = 1,
       .one_of = {"rest"}},
      [&](const std::string& node, const Object::NumberOrText& share) {
        if (!share.number) rest.push_back(mix.size());
        given += share.number.value_or(0);
        mix.push_back({node, share.number.value_or(0)});
      });
  if (object.describing() || mix.empty()) return mix;
  if (rest.size() > 1) {
    object.problem("mix", "\"rest\" is given more than once", "give it to one kind of node");
  } else if (given > 1 + 1e-9) {
    object.problem("mix", fmt::format("the shares sum to {:.4g}", given), "keep them within 1");
  }
  for (const std::size_t i : rest) mix[i].share = std::max(0.0, 1 - given);
  return mix;
}

class DeliveryReader {
 public:
  DeliveryReader(Object& object, const Definitions& definitions, fleet::World& world,
                 fleet::Delivery common)
      : object_(object), definitions_(definitions), world_(world), common_(std::move(common)) {}

  void single();
  void pool();

 private:
  // nullptr for a name that was reported as unknown already, or a node that is at fault itself.
  [[nodiscard]] const hardware::Node* node(const std::string& name) const;
  void add(const std::string& name, const std::string& node, std::int64_t nodes);

  Object& object_;
  const Definitions& definitions_;
  fleet::World& world_;
  fleet::Delivery common_;
};

const hardware::Node* DeliveryReader::node(const std::string& name) const {
  const auto found = definitions_.node_index.find(name);
  if (found == definitions_.node_index.end() || definitions_.faulty.contains("nodes/" + name)) {
    return nullptr;
  }
  return &definitions_.nodes[found->second];
}

void DeliveryReader::add(const std::string& name, const std::string& node, std::int64_t nodes) {
  fleet::Delivery delivery = common_;
  delivery.name = name;
  delivery.node = definitions_.node_index.at(node);
  delivery.nodes = nodes;
  world_.deliveries.push_back(std::move(delivery));
}

void DeliveryReader::single() {
  const std::string name = object_
                               .text("node", {.doc = "Kind of node; or give \"size\" and \"mix\"",
                                              .presence = Presence::optional})
                               .value_or("");
  const auto count =
      object_.integer("accelerators", {.doc = "Chips in it, whole nodes; with \"node\"",
                                       .presence = Presence::optional,
                                       .minimum = 1,
                                       .maximum = most_accelerators});
  if (object_.absent() || name.empty()) return;
  if (!count && !object_.has("accelerators")) {
    object_.problem("", "missing \"accelerators\"", "say how many chips arrive");
  }
  const hardware::Node* kind = node(name);
  if (kind == nullptr || !count) return;
  const std::int64_t nodes = *count / kind->accelerators;
  if (nodes * kind->accelerators != *count) {
    object_.problem("accelerators",
                    fmt::format("{} is no multiple of the {} accelerators of a {}", *count,
                                kind->accelerators, name),
                    fmt::format("use {}?", std::max<std::int64_t>(1, nodes) * kind->accelerators));
  }
  add(common_.name, name, nodes);
}

void DeliveryReader::pool() {
  const std::size_t before = object_.problem_count();
  std::optional<Size> size;
  object_.object("size",
                 {.doc = "Size of a pool, in chips, power or money; with \"mix\"",
                  .presence = Presence::optional},
                 [&](Object object) { size = read_size(std::move(object)); });
  const std::vector<Share> mix = read_mix(object_);
  if (object_.describing()) return;
  if (object_.has("size") != object_.has("mix")) {
    object_.problem("", "\"size\" and \"mix\" go together",
                    "give both, or \"node\" and \"accelerators\"");
  }
  if (!size || world_.sites.empty() || object_.problem_count() > before) return;
  if (mix.empty()) object_.problem("mix", "no kind of node is named", "name at least one");
  for (const Share& share : mix) {
    const hardware::Node* kind = node(share.node);
    if (kind == nullptr || share.share <= 0) continue;
    const double each = size->of(*kind, world_.sites[common_.site]);
    if (each <= 0) {
      object_.problem("mix",
                      fmt::format("a {} costs nothing, and money does not count it", share.node),
                      "give it a price, or size the pool in chips or power");
      continue;
    }
    // A hair of tolerance, so that a tenth of 10 MW holds ten nodes of 100 kW.
    const double nodes = std::floor(size->amount * share.share / each * (1 + 1e-12));
    if (nodes < 1) {
      object_.problem("mix", fmt::format("the share of {} is smaller than one node", share.node),
                      "give it more, or leave it out");
    } else if (nodes * static_cast<double>(kind->accelerators) > most_accelerators) {
      object_.problem("mix",
                      fmt::format("the share of {} is more than {:.0e} accelerators", share.node,
                                  most_accelerators),
                      "choose a smaller pool");
    } else {
      add(mix.size() == 1 ? common_.name : common_.name + "/" + share.node, share.node,
          static_cast<std::int64_t>(nodes));
    }
  }
}

// When it is ordered, comes and goes.
void read_dates(Object& object, const fleet::World& world, fleet::Delivery& delivery) {
  const auto ordered = object.date(
      "ordered",
      {.doc = "From then on its chips are counted as ordered; left out: from shipping on",
       .presence = Presence::optional});
  const auto arrives = object.date("arrives", {.doc = "When it is at the site, as planned"});
  delivery.slip = read_distribution(
      object, "slip", delay_rule("How much later than planned it arrives; default \"0 s\""));
  delivery.shipping =
      object
          .optional_quantity<Seconds>("shipping", delay_rule("How long it is on the way before it "
                                                             "arrives; default \"0 s\""))
          .value_or(Seconds(0));
  delivery.install =
      object
          .optional_quantity<Seconds>(
              "install", delay_rule("From getting power to computing; default \"19 d\", the "
                                    "time of Colossus from first rack to training"))
          .value_or(Seconds(19 * 86400.0));
  delivery.install_slip =
      read_distribution(object, "install_slip",
                        delay_rule("How much longer than planned that takes; default \"0 s\""));
  delivery.retires = object.date(
      "retires",
      {.doc = "When it is switched off for good; left out: never", .presence = Presence::optional});
  delivery.ordered = ordered;
  delivery.arrives = arrives.value_or(Instant());
  if (!arrives) return;
  if (ordered && *ordered + delivery.shipping > *arrives) {
    object.problem("ordered",
                   fmt::format("{} and {} of shipping are after it arrives, {}",
                               date_text(*ordered), human(delivery.shipping), date_text(*arrives)),
                   "order it earlier, or let it arrive later");
  }
  if (*arrives >= world.to) {
    object.problem("arrives",
                   fmt::format("{} is not before the horizon's end, {}", date_text(*arrives),
                               date_text(world.to)),
                   "let it arrive earlier, let the horizon end later, or leave the delivery out");
  }
  if (delivery.retires && *delivery.retires <= *arrives) {
    object.problem("retires",
                   fmt::format("{} is not after it arrives, {}", date_text(*delivery.retires),
                               date_text(*arrives)),
                   "let it retire later");
  }
}

void read_delivery(const std::string& name, Object object, const Definitions& definitions,
                   fleet::World& world) {
  fleet::Delivery common{.name = name};
  const auto site = object.text("site", {.doc = "Where it arrives"});
  common.owner =
      owner_index(world, object.text("owner", {.doc = "Whose chips they are"}).value_or("nobody"));
  read_dates(object, world, common);
  if (site) {
    const auto index = site_index(object, "site", *site, world);
    common.site = index.value_or(0);
  }
  DeliveryReader reader(object, definitions, world, common);
  reader.single();
  reader.pool();
  if (!object.absent() && object.has("node") == (object.has("size") || object.has("mix"))) {
    object.problem("",
                   object.has("node") ? "both a kind of node and a pool are given"
                                      : "neither a kind of node nor a pool is given",
                   "give \"node\" and \"accelerators\", or \"size\" and \"mix\"");
  }
}

}  // namespace

std::size_t owner_index(fleet::World& world, const std::string& name) {
  const auto found = std::find(world.owners.begin(), world.owners.end(), name);
  if (found != world.owners.end()) return static_cast<std::size_t>(found - world.owners.begin());
  world.owners.push_back(name);
  return world.owners.size() - 1;
}

std::optional<std::size_t> site_index(Object& object, const std::string& key,
                                      const std::string& name, const fleet::World& world) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < world.sites.size(); ++i) {
    if (world.sites[i].place.name == name) return i;
    known.push_back(world.sites[i].place.name);
  }
  object.problem(key, fmt::format("unknown site \"{}\"", name), suggestion(name, known));
  return std::nullopt;
}

void read_deliveries(Object& root, const Definitions& definitions, fleet::World& world) {
  root.each("deliveries", {.doc = "Chips that arrive, by name"},
            [&](const std::string& name, Object object) {
              read_delivery(name, std::move(object), definitions, world);
            });
}

}  // namespace trainyard::scenario
