// Which chips a job may have, gets, and gives back.
#include <algorithm>
#include <cmath>

#include "base/catalog.hpp"
#include "base/check.hpp"
#include "fleet/runs.hpp"

namespace trainyard::fleet {

using scheduling::Choice;
using scheduling::Piece;

std::size_t Runs::group_of(const Option& option, std::vector<std::size_t> owners) {
  std::sort(owners.begin(), owners.end());
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const Group& group = groups_[g];
    if (group.site == option.site && group.node == option.node && group.owners == owners) return g;
  }
  Group group{option.site, option.node, std::move(owners), {}};
  for (std::size_t p = 0; p < scene_.yard.pools().size(); ++p) {
    const Pool& pool = scene_.yard.pools()[p];
    if (pool.site == group.site && pool.node == group.node &&
        std::binary_search(group.owners.begin(), group.owners.end(), pool.owner)) {
      group.pools.push_back(p);
    }
  }
  groups_.push_back(std::move(group));
  return groups_.size() - 1;
}

// Nodes that are ever delivered or moved to the group's pools.
std::int64_t Runs::ever(const Group& group) const {
  std::int64_t nodes = 0;
  const auto add = [&](std::size_t lot, std::int64_t count) {
    const std::size_t pool = scene_.yard.pool_of(lot);
    if (std::find(group.pools.begin(), group.pools.end(), pool) != group.pools.end()) {
      nodes += count;
    }
  };
  const std::size_t deliveries = scene_.world.deliveries.size();
  for (std::size_t d = 0; d < deliveries; ++d) add(d, scene_.world.deliveries[d].nodes);
  for (std::size_t m = 0; m < scene_.world.moves.size(); ++m) {
    add(deliveries + m, scene_.world.moves[m].nodes);
  }
  return nodes;
}

void Runs::add_choices(std::size_t job, std::size_t o, std::vector<Choice>& choices) {
  const Job& self = scene_.world.jobs[job];
  const Option& option = self.options[o];
  const std::size_t group = group_of(option, self.chip_owners);
  const std::int64_t each = scene_.world.nodes[option.node].accelerators;
  if (self.gangs.empty()) {
    const std::int64_t most = ever(groups_[group]);
    const auto fewest = option.task == none ? std::optional<std::int64_t>(most > 0 ? 1 : 0)
                                            : answers_.fewest_nodes(option.task, most);
    if (fewest && *fewest > 0) choices.push_back({group, *fewest * each, true});
    return;
  }
  for (const std::int64_t accelerators : self.gangs) {
    const std::int64_t nodes = (accelerators + each - 1) / each;
    if (option.task != none && answers_.ranks(option.task, nodes) == 0) continue;
    choices.push_back({group, option.task == none ? accelerators : nodes * each, false});
  }
}

std::vector<Choice> Runs::choices(std::size_t job) {
  std::vector<Choice> choices;
  const Job& self = scene_.world.jobs[job];
  for (std::size_t o = 0; o < self.options.size(); ++o) add_choices(job, o, choices);
  const auto* policy = find_row(scheduling::policies(), scene_.world.scheduling.policy);
  const bool by_rate = scene_.world.scheduling.prefer == Scheduling::Prefer::speed ||
                       scene_.world.scheduling.prefer == Scheduling::Prefer::cost ||
                       scene_.world.scheduling.prefer == Scheduling::Prefer::carbon;
  if (policy->needs_rates || (by_rate && choices.size() > 1)) {
    for (Choice& choice : choices) {
      const std::size_t o = option_of(job, choice);
      if (self.options[o].task == none) {
        choice.rate = 1;
      } else {
        const std::int64_t each = scene_.world.nodes[self.options[o].node].accelerators;
        choice.rate = answers_.rate(job, o, choice.accelerators / each);
      }
    }
  }
  prefer(job, choices);
  return choices;
}

std::size_t Runs::option_of(std::size_t job, const Choice& choice) const {
  const std::vector<Option>& options = scene_.world.jobs[job].options;
  const Group& group = groups_[choice.group];
  std::size_t o = 0;
  while (options[o].site != group.site || options[o].node != group.node) ++o;
  return o;
}

// Smaller is better: what a unit of work costs there, as far as it depends on the place.
double Runs::dislike(std::size_t job, const Choice& choice) {
  using Prefer = Scheduling::Prefer;
  const Group& group = groups_[choice.group];
  const Site& site = scene_.world.sites[group.site];
  const hardware::Node& node = scene_.world.nodes[group.node];
  const double nodes =
      static_cast<double>(choice.accelerators) / static_cast<double>(node.accelerators);
  const double power = (node.power.measured * site.place.pue).value() * nodes;
  const double rate = choice.rate > 0 ? choice.rate : 1;
  switch (scene_.world.scheduling.prefer) {
    case Prefer::order:
      return static_cast<double>(option_of(job, choice));
    case Prefer::speed:
      return -rate;
    case Prefer::cost:
      return power / rate * site.place.energy_price.value();
    case Prefer::carbon:
      return power / rate * site.place.carbon.value();
    case Prefer::power:
      return power;
  }
  return 0;
}

// Gangs of one place keep their order, the largest first.
void Runs::prefer(std::size_t job, std::vector<Choice>& choices) {
  if (choices.size() < 2) return;
  std::vector<std::pair<double, Choice>> ranked;
  for (const Choice& choice : choices) ranked.emplace_back(dislike(job, choice), choice);
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < choices.size(); ++i) choices[i] = ranked[i].second;
}

std::int64_t Runs::idle(std::size_t group) const {
  std::int64_t sum = 0;
  for (const std::size_t p : groups_[group].pools) sum += scene_.yard.pools()[p].idle.idle();
  return sum;
}

std::int64_t Runs::ready(std::size_t group) const {
  std::int64_t sum = 0;
  for (const std::size_t p : groups_[group].pools) {
    const Pool& pool = scene_.yard.pools()[p];
    sum += pool.ready.size() * pool.idle.each();
  }
  return sum;
}

std::int64_t Runs::whole_idle(std::size_t group) const {
  std::int64_t sum = 0;
  for (const std::size_t p : groups_[group].pools) {
    const Pool& pool = scene_.yard.pools()[p];
    sum += pool.idle.whole() * pool.idle.each();
  }
  return sum;
}

// In one pool where it fits there; of a gang of whole nodes else some of each.
std::optional<std::vector<Held>> Runs::gather(std::size_t group, std::int64_t accelerators) const {
  const Group& self = groups_[group];
  const hardware::Node& node = scene_.world.nodes[self.node];
  const auto placed = [&](std::size_t p, std::int64_t count, std::vector<Held>& out) {
    const auto pieces = place_(scene_.yard.pools()[p].idle, {count, node.scale_out.nodes_per_leaf});
    if (!pieces) return false;
    for (const Piece& piece : *pieces) out.push_back({p, piece});
    return true;
  };
  std::vector<Held> held;
  for (const std::size_t p : self.pools) {
    if (scene_.yard.pools()[p].idle.idle() < accelerators) continue;
    if (placed(p, accelerators, held)) return held;
  }
  const std::int64_t each = node.accelerators;
  if (accelerators % each != 0 || whole_idle(group) < accelerators) return std::nullopt;
  for (const std::size_t p : self.pools) {
    const std::int64_t part = std::min(accelerators, scene_.yard.pools()[p].idle.whole() * each);
    if (part == 0) continue;
    if (!placed(p, part, held)) return std::nullopt;
    accelerators -= part;
  }
  return held;
}

std::optional<std::vector<Held>> Runs::find(std::size_t job, const Choice& choice) {
  if (!choice.open) return gather(choice.group, choice.accelerators);
  const Job& self = scene_.world.jobs[job];
  const Option& option = self.options[option_of(job, choice)];
  const std::int64_t each = scene_.world.nodes[option.node].accelerators;
  const std::int64_t all = whole_idle(choice.group) - self.spares * each;
  if (all < choice.accelerators) return std::nullopt;
  if (option.task != none && answers_.ranks(option.task, all / each) == 0) return std::nullopt;
  return gather(choice.group, all);
}

bool Runs::fits(std::size_t job, const Choice& choice) {
  return idle(choice.group) >= choice.accelerators && find(job, choice).has_value();
}

// They give and take again, and nobody sees it.
bool Runs::fits_without(std::size_t job, const Choice& choice, std::span<const std::size_t> jobs) {
  std::vector<Held> lent;
  for (const std::size_t other : jobs) {
    for (const auto* list : {&runs_[other].gang, &runs_[other].spares}) {
      lent.insert(lent.end(), list->begin(), list->end());
    }
  }
  for (const Held& one : lent) scene_.yard.pools()[one.pool].idle.give(one.piece);
  const bool result = fits(job, choice);
  for (const Held& one : lent) scene_.yard.pools()[one.pool].idle.take(one.piece);
  return result;
}

void Runs::take(std::vector<Held>& list, std::vector<Held> held) {
  for (const Held& one : held) {
    Pool& pool = scene_.yard.pools()[one.pool];
    pool.idle.take(one.piece);
    pool.changed = true;
    list.push_back(one);
  }
}

void Runs::give(std::vector<Held>& list) {
  for (const Held& one : list) {
    Pool& pool = scene_.yard.pools()[one.pool];
    pool.idle.give(one.piece);
    pool.changed = true;
    freed_ = true;
  }
  list.clear();
}

// The first ranks of the gang compute; what the plan has no use for comes last.
void Runs::count_working(std::size_t job, std::int64_t ranks) {
  Run& run = runs_[job];
  std::vector<OwnedChips>& by_owner = allocation(job).working;
  run.working.clear();
  for (const Held& one : run.gang) {
    Pool& pool = scene_.yard.pools()[one.pool];
    const std::int64_t working = std::min(ranks, one.piece.nodes * one.piece.each);
    run.working.push_back(working);
    ranks -= working;
    pool.working += working;
    pool.changed = true;
    const auto found = std::ranges::find(by_owner, pool.owner, &OwnedChips::owner);
    (found == by_owner.end() ? by_owner.emplace_back(OwnedChips{pool.owner, 0}) : *found).chips +=
        working;
  }
}

void Runs::stop_working(std::size_t job) {
  Run& run = runs_[job];
  for (std::size_t i = 0; i < run.gang.size(); ++i) {
    Pool& pool = scene_.yard.pools()[run.gang[i].pool];
    pool.working -= run.working[i];
    pool.changed = true;
  }
  run.working.clear();
}

std::vector<std::size_t> Runs::holders(std::size_t pool, std::int64_t number) const {
  std::vector<std::size_t> jobs;
  for (const scheduling::Running& running : running_) {
    for (const Held& one : runs_[running.candidate->job].gang) {
      if (one.pool == pool && one.piece.first <= number &&
          number < one.piece.first + one.piece.nodes) {
        jobs.push_back(running.candidate->job);
        break;
      }
    }
  }
  std::sort(jobs.begin(), jobs.end());
  return jobs;
}

namespace {

// Cuts the node out of the list's pieces; what it was there.
std::optional<Held> cut(std::vector<Held>& list, std::size_t pool, std::int64_t number) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Held whole = list[i];
    const Piece& piece = whole.piece;
    if (whole.pool != pool || number < piece.first || number >= piece.first + piece.nodes) continue;
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
    const std::int64_t before = number - piece.first;
    const std::int64_t after = piece.nodes - before - 1;
    if (after > 0)
      list.insert(list.begin() + static_cast<std::ptrdiff_t>(i),
                  {pool, {number + 1, after, piece.each}});
    if (before > 0)
      list.insert(list.begin() + static_cast<std::ptrdiff_t>(i),
                  {pool, {piece.first, before, piece.each}});
    return Held{pool, {number, 1, piece.each}};
  }
  return std::nullopt;
}

}  // namespace

bool Runs::take_spare(std::size_t pool, std::int64_t number) {
  for (const scheduling::Running& running : running_) {
    const std::size_t job = running.candidate->job;
    if (auto spare = cut(runs_[job].spares, pool, number)) {
      std::vector<Held> list{*spare};
      give(list);
      short_of_spares_.push_back(job);
      note_spares(job);
      return true;
    }
  }
  return false;
}

// Its broken nodes go back to the pool, as many others come instead: spares, then idle ones.
bool Runs::replace_broken(std::size_t job) {
  Run& run = runs_[job];
  std::vector<Held> instead;
  std::int64_t missing = 0;
  for (const Held& broken : run.broken) missing += broken.piece.nodes * broken.piece.each;
  const std::int64_t each = scene_.world.nodes[node_of(job)].accelerators;
  while (missing >= each && !run.spares.empty()) {
    Held& spare = run.spares.back();
    instead.push_back({spare.pool, {spare.piece.first + spare.piece.nodes - 1, 1, each}});
    if (--spare.piece.nodes == 0) run.spares.pop_back();
    missing -= each;
  }
  if (!instead.empty()) short_of_spares_.push_back(job);
  if (missing > 0) {
    auto found = gather(run.choice.group, missing);
    if (!found) {
      run.spares.insert(run.spares.end(), instead.begin(), instead.end());
      return false;
    }
    std::vector<Held> taken;
    take(taken, std::move(*found));
    instead.insert(instead.end(), taken.begin(), taken.end());
  }
  for (const Held& broken : run.broken) cut(run.gang, broken.pool, broken.piece.first);
  give(run.broken);
  run.gang.insert(run.gang.end(), instead.begin(), instead.end());
  return true;
}

void Runs::top_up_spares() {
  for (const std::size_t job : std::exchange(short_of_spares_, {})) {
    Run& run = runs_[job];
    if (run.phase != Run::Phase::running) continue;
    std::int64_t missing = scene_.world.jobs[job].spares;
    for (const Held& spare : run.spares) missing -= spare.piece.nodes;
    const std::int64_t each = scene_.world.nodes[node_of(job)].accelerators;
    const std::int64_t found = std::min(missing, whole_idle(run.choice.group) / each);
    if (found > 0) {
      if (auto held = gather(run.choice.group, found * each)) {
        take(run.spares, std::move(*held));
        note_spares(job);
      }
    }
    if (found < missing) short_of_spares_.push_back(job);
  }
}

void Runs::make_room(std::size_t pool, std::int64_t nodes, Ending ending) {
  const auto holds = [&](std::size_t job) {
    const auto in_pool = [&](const Held& one) { return one.pool == pool; };
    const Run& run = runs_[job];
    return std::any_of(run.gang.begin(), run.gang.end(), in_pool) ||
           std::any_of(run.spares.begin(), run.spares.end(), in_pool);
  };
  const auto less_important = [&](std::size_t a, std::size_t b) {
    const Job& left = scene_.world.jobs[a];
    const Job& right = scene_.world.jobs[b];
    if (left.priority != right.priority) return left.priority < right.priority;
    return left.from != right.from ? left.from > right.from : a > b;
  };
  while (scene_.yard.pools()[pool].idle.whole() < nodes) {
    std::size_t victim = none;
    for (const scheduling::Running& running : running_) {
      const std::size_t job = running.candidate->job;
      if (holds(job) && (victim == none || less_important(job, victim))) victim = job;
    }
    if (victim == none) return;
    stop(victim, ending);
  }
}

}  // namespace trainyard::fleet
