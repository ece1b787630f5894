#include "scenario/read_moves.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/date.hpp"
#include "base/text.hpp"
#include "scenario/read_deliveries.hpp"
#include "scenario/read_distribution.hpp"
#include "scenario/read_task.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

class MoveReader {
 public:
  MoveReader(const std::string& name, Object& object, const Definitions& definitions,
             fleet::World& world)
      : object_(object), definitions_(definitions), world_(world), move_{.name = name} {}

  void read();

 private:
  [[nodiscard]] std::optional<std::size_t> delivery_index(const std::string& name);
  void read_times();
  // Of the delivery as it stands, and of the moves before.
  void check_change(const fleet::Delivery& delivery);
  void check_count(const fleet::Delivery& delivery);
  void check_times(const fleet::Delivery& delivery);

  Object& object_;
  const Definitions& definitions_;
  fleet::World& world_;
  fleet::Move move_;
  std::optional<std::int64_t> accelerators_;
  std::optional<Instant> at_;
};

std::optional<std::size_t> MoveReader::delivery_index(const std::string& name) {
  const auto found = std::ranges::find(world_.deliveries, name, &fleet::Delivery::name);
  if (found != world_.deliveries.end()) {
    return static_cast<std::size_t>(found - world_.deliveries.begin());
  }
  // Deliveries at fault may be missing.
  if (definitions_.faulty.contains("deliveries")) return std::nullopt;
  std::vector<std::string> known;
  for (const fleet::Delivery& delivery : world_.deliveries) known.push_back(delivery.name);
  object_.problem("delivery", fmt::format("unknown delivery \"{}\"", name),
                  suggestion(name, known));
  return std::nullopt;
}

void MoveReader::read_times() {
  at_ = object_.date("at", {.doc = "When they leave, or change owner"});
  move_.at = at_.value_or(Instant());
  move_.transit = object_
                      .optional_quantity<Seconds>(
                          "transit", delay_rule("On the way to another site; default \"0 s\""))
                      .value_or(Seconds(0));
  move_.install =
      object_
          .optional_quantity<Seconds>(
              "install",
              delay_rule("From getting power at another site to computing; default \"0 s\""))
          .value_or(Seconds(0));
}

void MoveReader::check_change(const fleet::Delivery& delivery) {
  const bool stays = move_.site == delivery.site;
  if (stays && move_.owner == delivery.owner) {
    object_.problem("", "changes neither site nor owner",
                    "give another \"site\" or \"owner\", or leave it out");
  } else if (stays) {
    for (const auto& [key, time] :
         {std::pair("transit", move_.transit), std::pair("install", move_.install)}) {
      if (time <= Seconds(0)) continue;
      object_.problem(key, "chips that change their owner alone stay where they are",
                      "leave it out, or give another \"site\"");
    }
  }
}

void MoveReader::check_count(const fleet::Delivery& delivery) {
  const std::int64_t each = world_.nodes[delivery.node].accelerators;
  move_.nodes = *accelerators_ / each;
  if (move_.nodes * each != *accelerators_) {
    object_.problem("accelerators",
                    fmt::format("{} is no multiple of the {} accelerators of a {}", *accelerators_,
                                each, world_.nodes[delivery.node].name),
                    fmt::format("use {}?", std::max<std::int64_t>(1, move_.nodes) * each));
    return;
  }
  std::int64_t left = delivery.nodes;
  for (const fleet::Move& other : world_.moves) {
    if (other.delivery == move_.delivery) left -= other.nodes;
  }
  if (move_.nodes <= left) return;
  const std::string others = left < delivery.nodes ? fmt::format(", of which other moves take {}",
                                                                 (delivery.nodes - left) * each)
                                                   : "";
  object_.problem("accelerators",
                  fmt::format("{} accelerators, but \"{}\" has {}{} (chips move once)",
                              *accelerators_, delivery.name, delivery.nodes * each, others),
                  left > 0 ? fmt::format("use at most {}", left * each) : "leave it out");
}

void MoveReader::check_times(const fleet::Delivery& delivery) {
  if (*at_ < delivery.arrives) {
    object_.problem("at",
                    fmt::format("{} is before \"{}\" arrives, {}", date_text(*at_), delivery.name,
                                date_text(delivery.arrives)),
                    "move them later, or deliver them elsewhere");
  }
  if (delivery.retires && *at_ >= *delivery.retires) {
    object_.problem("at",
                    fmt::format("{} is not before \"{}\" retires, {}", date_text(*at_),
                                delivery.name, date_text(*delivery.retires)),
                    "move them earlier");
  }
}

void MoveReader::read() {
  const std::size_t before = object_.problem_count();
  const auto name = object_.text(
      "delivery", {.doc = "Where they came from; of a pool of several kinds \"pool/kind\""});
  accelerators_ = object_.integer(
      "accelerators", {.doc = "Chips, whole nodes", .minimum = 1, .maximum = most_accelerators});
  const auto site_name = object_.text(
      "site", {.doc = "Where they go; left out: they stay", .presence = Presence::optional});
  const auto owner = object_.text(
      "owner", {.doc = "Whose they are then; left out: as before", .presence = Presence::optional});
  read_times();
  if (object_.describing()) return;
  if (at_ && *at_ >= world_.to) {
    object_.problem("at",
                    fmt::format("{} is not before the horizon's end, {}", date_text(*at_),
                                date_text(world_.to)),
                    "move them earlier, let the horizon end later, or leave the move out");
  }
  const auto site = site_name ? site_index(object_, "site", *site_name, world_) : std::nullopt;
  const auto delivery = name ? delivery_index(*name) : std::nullopt;
  if (!delivery) return;
  const fleet::Delivery& from = world_.deliveries[*delivery];
  move_.delivery = *delivery;
  move_.owner = owner ? owner_index(world_, *owner) : from.owner;
  move_.site = site.value_or(from.site);
  if (object_.problem_count() == before) check_change(from);
  if (accelerators_) check_count(from);
  if (at_) check_times(from);
  world_.moves.push_back(std::move(move_));
}

}  // namespace

void read_moves(Object& root, const Definitions& definitions, fleet::World& world) {
  root.each("moves",
            {.doc = "Delivered chips that go to another site or owner, by name",
             .presence = Presence::optional},
            [&](const std::string& name, Object object) {
              MoveReader(name, object, definitions, world).read();
            });
}

}  // namespace trainyard::scenario
