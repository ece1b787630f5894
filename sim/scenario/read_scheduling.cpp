#include "scenario/read_scheduling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.hpp"
#include "scheduling/placement.hpp"
#include "scheduling/policy.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;
using Prefer = fleet::Scheduling::Prefer;

namespace {

// The settings that a policy needs or may use; policies that are not listed use none.
struct Uses {
  std::string_view policy;
  bool needs_round = false;
  bool needs_shares = false;
  bool half_life = false;
};
constexpr std::array uses_rows{
    Uses{.policy = "fair_share", .needs_shares = true, .half_life = true},
    Uses{.policy = "max_min", .needs_round = true},
    Uses{.policy = "max_throughput", .needs_round = true}};

Uses uses_of(const std::string& policy) {
  for (const Uses& row : uses_rows) {
    if (row.policy == policy) return row;
  }
  return {.policy = policy};
}

struct PreferRow {
  const char* name;
  Prefer value;
};
constexpr std::array prefer_rows{PreferRow{"order", Prefer::order},
                                 PreferRow{"speed", Prefer::speed}, PreferRow{"cost", Prefer::cost},
                                 PreferRow{"power", Prefer::power},
                                 PreferRow{"carbon", Prefer::carbon}};

template <class Rows>
std::vector<std::string> names_of(const Rows& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.emplace_back(row.name);
  return names;
}

class SchedulingReader {
 public:
  SchedulingReader(Object& object, const fleet::World& world) : object_(object), world_(world) {}

  fleet::Scheduling read();

 private:
  void read_names();
  void read_times();
  void read_shares();
  void check_use();
  void refuse(const char* key);
  void check_owners();

  Object& object_;
  const fleet::World& world_;
  fleet::Scheduling scheduling_;
  std::map<std::string, double> shares_;
};

void SchedulingReader::read_names() {
  const auto policy =
      object_.text("policy", {.doc = "Which waiting job starts next; default \"priority\"",
                              .presence = Presence::optional,
                              .one_of = names_of(scheduling::policies())});
  scheduling_.policy = policy.value_or(scheduling_.policy);
  const auto placement =
      object_.text("placement", {.doc = "Which idle nodes it gets; default \"consolidate\"",
                                 .presence = Presence::optional,
                                 .one_of = names_of(scheduling::placements())});
  scheduling_.placement = placement.value_or(scheduling_.placement);
  const auto prefer = object_.text(
      "prefer", {.doc = "Which of a job's sites and kinds of node comes first: as it names them "
                        "(default), or by speed, cost, power or carbon of a sample",
                 .presence = Presence::optional,
                 .one_of = names_of(prefer_rows)});
  for (const PreferRow& row : prefer_rows) {
    if (prefer == row.name) scheduling_.prefer = row.value;
  }
}

void SchedulingReader::read_times() {
  constexpr double year = 366 * 86400.0;
  const auto time = [&](const char* key, const char* doc, Seconds usual) {
    return object_
        .optional_quantity<Seconds>(
            key, {.doc = doc, .presence = Presence::optional, .minimum = 1, .maximum = 50 * year})
        .value_or(usual);
  };
  scheduling::Settings& settings = scheduling_.settings;
  settings.round = time("round",
                        "Between looks of policies that share time; needed by max_min and "
                        "max_throughput",
                        settings.round);
  settings.half_life =
      time("half_life", "After which use counts half; fair_share only, default \"7 d\"",
           settings.half_life);
}

void SchedulingReader::read_shares() {
  object_.each_number("shares",
                      {.doc = "Weight of each owner of jobs, by name; needed by fair_share",
                       .presence = Presence::optional,
                       .minimum = 0,
                       .maximum = 1e9,
                       .minimum_excluded = true},
                      [&](const std::string& owner, double share) { shares_[owner] = share; });
  scheduling_.settings.shares.assign(world_.owners.size(), 1);
  for (std::size_t i = 0; i < world_.owners.size(); ++i) {
    const auto share = shares_.find(world_.owners[i]);
    if (share != shares_.end()) scheduling_.settings.shares[i] = share->second;
  }
}

void SchedulingReader::refuse(const char* key) {
  if (!object_.has(key)) return;
  object_.problem(key, fmt::format("the policy {} does not use it", scheduling_.policy),
                  "choose another policy, or leave it out");
}

void SchedulingReader::check_use() {
  const Uses uses = uses_of(scheduling_.policy);
  if (!uses.needs_round) refuse("round");
  if (!uses.half_life) refuse("half_life");
  if (!uses.needs_shares) refuse("shares");
  if (uses.needs_round && !object_.has("round")) {
    object_.problem("", fmt::format("the policy {} needs \"round\"", scheduling_.policy),
                    "add how long a round is, such as \"round\": \"6 min\"");
  }
  if (uses.needs_shares) check_owners();
}

void SchedulingReader::check_owners() {
  std::set<std::string> missing;
  for (const fleet::Job& job : world_.jobs) {
    const std::string& owner = world_.owners[job.owner];
    if (!shares_.contains(owner)) missing.insert(owner);
  }
  for (const auto& [owner, share] : shares_) {
    if (std::ranges::find(world_.owners, owner) != world_.owners.end()) continue;
    object_.problem("shares", fmt::format("unknown owner \"{}\"", owner),
                    suggestion(owner, world_.owners));
  }
  if (missing.empty()) return;
  std::string asked;
  for (const std::string& owner : missing) {
    asked += fmt::format("{}\"{}\": 1", asked.empty() ? "" : ", ", owner);
  }
  object_.problem(
      object_.has("shares") ? "shares" : "",
      fmt::format("the policy {} needs \"shares\" of all owners of jobs", scheduling_.policy),
      fmt::format("add \"shares\": {{{}}}", asked));
}

fleet::Scheduling SchedulingReader::read() {
  const std::size_t before = object_.problem_count();
  read_names();
  read_times();
  read_shares();
  if (!object_.absent() && object_.problem_count() == before) check_use();
  return scheduling_;
}

}  // namespace

void read_scheduling(Object& root, fleet::World& world) {
  root.object("scheduling",
              {.doc = "How jobs get chips; left out: by priority, nobody stops another",
               .presence = Presence::optional},
              [&](Object object) { world.scheduling = SchedulingReader(object, world).read(); });
}

}  // namespace trainyard::scenario
