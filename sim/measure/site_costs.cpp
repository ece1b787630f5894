#include "measure/site_costs.hpp"

#include <algorithm>

#include "measure/book.hpp"
#include "measure/energy_price.hpp"

namespace trainyard::measure {
namespace {

using fleet::ChipState;

std::size_t index(CostKind kind) {
  return static_cast<std::size_t>(kind);
}

}  // namespace

// Walks from change to change.
class SiteCosts::Sweep {
 public:
  Sweep(const fleet::World& world, const fleet::History& history, const Bins& bins,
        std::size_t site, SiteCosts& costs)
      : world_(world),
        history_(history),
        bins_(bins),
        site_(site),
        money_(fleet::site_money(world.money, site)),
        price_(world, site),
        book_(book(world)),
        costs_(costs) {}

  void run(const std::function<void(const CostSpan&)>& visit) {
    costs_.knots_ = moments();
    const std::vector<Instant>& knots = costs_.knots_;
    costs_.per_watt_.reserve(knots.size());
    costs_.per_watt_.push_back({});
    for (std::size_t i = 0; i + 1 < knots.size(); ++i) {
      catch_up(knots[i]);
      span(knots[i], knots[i + 1], visit);
    }
  }

 private:
  struct State {
    const fleet::ChipChange* chips = nullptr;
    std::int64_t nodes = 0;  // by the books
    std::int64_t paying = 0;
    std::int64_t travelling = 0;
    bool known = false;  // to `costs_`
  };
  // Chips of a pool that bear a share of each kind of cost.
  using Bearers = std::array<double, cost_kinds>;

  [[nodiscard]] std::vector<Instant> moments() const;
  void catch_up(Instant now);
  void span(Instant begin, Instant end, const std::function<void(const CostSpan&)>& visit);
  void meet(const Key& key, State& state);
  [[nodiscard]] Bearers bearers(const Key& key, const State& state) const;
  [[nodiscard]] double each(std::size_t node) const {
    return static_cast<double>(world_.nodes[node].accelerators);
  }

  const fleet::World& world_;
  const fleet::History& history_;
  const Bins& bins_;
  std::size_t site_;
  fleet::SiteMoney money_;
  EnergyPrice price_;
  std::vector<BookChange> book_;
  SiteCosts& costs_;
  std::map<Key, State> states_;
  const fleet::PowerChange* power_ = nullptr;
  std::size_t chip_ = 0;  // next changes
  std::size_t draw_ = 0;
  std::size_t entry_ = 0;
};

std::vector<Instant> SiteCosts::Sweep::moments() const {
  std::vector<Instant> times{world_.from, world_.to};
  const auto add = [&](Instant time) {
    if (time > world_.from && time < world_.to) times.push_back(time);
  };
  for (std::size_t bin = 0; bin < bins_.size(); ++bin) add(bins_.start(bin));
  for (const auto& change : history_.chips) {
    if (change.site == site_) add(change.time);
  }
  for (const auto& change : history_.power) {
    if (change.site == site_) add(change.time);
  }
  for (const auto& one : history_.allocations) {
    if (world_.jobs[one.job].options[one.option].site != site_) continue;
    add(one.start);
    add(one.end);
  }
  for (const BookChange& change : book_) {
    if (change.site == site_) add(change.time);
  }
  std::ranges::sort(times, {}, [](Instant time) { return time.value(); });
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

void SiteCosts::Sweep::catch_up(Instant now) {
  for (; chip_ < history_.chips.size() && history_.chips[chip_].time <= now; ++chip_) {
    const fleet::ChipChange& change = history_.chips[chip_];
    if (change.site == site_) states_[{change.node, change.owner}].chips = &change;
  }
  for (; draw_ < history_.power.size() && history_.power[draw_].time <= now; ++draw_) {
    if (history_.power[draw_].site == site_) power_ = &history_.power[draw_];
  }
  for (; entry_ < book_.size() && book_[entry_].time <= now; ++entry_) {
    const BookChange& change = book_[entry_];
    if (change.site != site_) continue;
    State& state = states_[{change.node, change.owner}];
    state.nodes += change.nodes;
    state.paying += change.paying;
    state.travelling += change.travelling;
  }
}

void SiteCosts::Sweep::meet(const Key& key, State& state) {
  if (state.known) return;
  state.known = true;
  const hardware::Node& node = world_.nodes[key.first];
  const fleet::Money& money = world_.money;
  Pool& pool = costs_.pools_[key];
  pool.watts = planned_draw(world_.sites[site_], node).value() / each(key.first);
  pool.capital = node.price.value() / each(key.first) * money.system_factor * (1 - money.residual) /
                 money.amortisation.value();
  pool.paid_off.reserve(costs_.knots_.size());
  pool.paid_off.resize(costs_.per_watt_.size());
}

SiteCosts::Sweep::Bearers SiteCosts::Sweep::bearers(const Key& key, const State& state) const {
  const auto in = [&](ChipState of) {
    return static_cast<double>(state.chips->chips[static_cast<std::size_t>(of)]);
  };
  const double ready = in(ChipState::powered) + in(ChipState::busy);
  const double placed = in(ChipState::installing) + ready + in(ChipState::failed);
  const double standing = in(ChipState::in_storage) + in(ChipState::installed) + placed;
  const double travelling =
      std::min(in(ChipState::shipping), static_cast<double>(state.travelling) * each(key.first));
  return {standing + travelling, ready, placed, standing};
}

void SiteCosts::Sweep::span(Instant begin, Instant end,
                            const std::function<void(const CostSpan&)>& visit) {
  std::array<double, cost_kinds> watts{};  // that bear each kind
  for (auto& [key, state] : states_) {
    if (state.chips == nullptr) continue;
    meet(key, state);
    const Bearers chips = bearers(key, state);
    for (std::size_t k = 0; k < cost_kinds; ++k) watts[k] += chips[k] * costs_.pools_[key].watts;
  }
  const Seconds length = end - begin;
  const double drawn = power_ == nullptr ? 0 : power_->drawn.value();
  const double planned = power_ == nullptr ? 0 : power_->planned.value();
  Costs per_watt{0, drawn * price_.of_a_watt(begin, end).value(),
                 planned * money_.colocation.value() * length.value(),
                 (money_.staff * length).value()};
  Costs& sums = costs_.per_watt_.emplace_back(costs_.per_watt_.back());
  for (std::size_t k = 0; k < cost_kinds; ++k) {
    per_watt[k] = watts[k] > 0 ? per_watt[k] / watts[k] : 0;
    sums[k] += per_watt[k];
  }
  for (auto& [key, state] : states_) {
    if (state.chips == nullptr) continue;
    Pool& pool = costs_.pools_[key];
    const double paying =
        state.nodes > 0 ? static_cast<double>(state.paying) / static_cast<double>(state.nodes) : 1;
    pool.paid_off.push_back(pool.paid_off.back() + paying * length.value());
    const Bearers chips = bearers(key, state);
    CostSpan one{.bin = bins_.bin_of(begin), .owner = key.second, .length = length};
    one.ready = chips[index(CostKind::energy)];
    one.busy = static_cast<double>(state.chips->chips[static_cast<std::size_t>(ChipState::busy)]);
    for (std::size_t k = 0; k < cost_kinds; ++k) {
      const double of_chip = k == index(CostKind::capex) ? pool.capital * paying * length.value()
                                                         : per_watt[k] * pool.watts;
      one.all[k] = chips[k] * of_chip;
      one.idle[k] = (chips[k] - one.busy) * of_chip;
    }
    visit(one);
  }
}

SiteCosts::SiteCosts(const fleet::World& world, const fleet::History& history, const Bins& bins,
                     std::size_t site, const std::function<void(const CostSpan&)>& visit) {
  Sweep(world, history, bins, site, *this).run(visit);
}

// Linear between two knots.
Costs SiteCosts::until(Instant time, const Pool& pool) const {
  const auto at = [&](std::size_t knot) {
    Costs costs = per_watt_[knot];
    costs[index(CostKind::capex)] = pool.paid_off[knot];
    return costs;
  };
  const auto after = std::ranges::upper_bound(knots_, time);
  if (after == knots_.begin()) return {};
  const auto i = static_cast<std::size_t>(after - knots_.begin());
  Costs costs = at(i - 1);
  if (after == knots_.end()) return costs;
  const double part = (time - knots_[i - 1]) / (knots_[i] - knots_[i - 1]);
  const Costs next = at(i);
  for (std::size_t k = 0; k < cost_kinds; ++k) costs[k] += (next[k] - costs[k]) * part;
  return costs;
}

Costs SiteCosts::of_chip(std::size_t node, std::size_t owner, Instant begin, Instant end) const {
  const auto found = pools_.find({node, owner});
  if (found == pools_.end()) return {};
  const Pool& pool = found->second;
  const Costs first = until(begin, pool);
  const Costs last = until(end, pool);
  Costs costs{};
  for (std::size_t k = 0; k < cost_kinds; ++k) {
    costs[k] = (k == index(CostKind::capex) ? pool.capital : pool.watts) * (last[k] - first[k]);
  }
  return costs;
}

}  // namespace trainyard::measure
