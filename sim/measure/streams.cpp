#include "measure/streams.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "measure/cube.hpp"
#include "measure/held.hpp"

namespace trainyard::measure {
namespace {

constexpr Seconds year(365.25 * 86400);

using Payout = std::vector<double>;  // [owners], USD

// One variant's streams and their sharing.
class Pot {
 public:
  Pot(const fleet::World& world, const fleet::History& history)
      : world_(world), sharing_(*world.money.sharing) {
    for (const fleet::Stream& stream : world.money.streams) {
      const auto since = begins(world, history, stream);
      revenue_.push_back(since ? revenue(stream, *since, world.from, world.to).value() : 0);
    }
  }

  [[nodiscard]] double size() const {
    double sum = 0;
    for (const std::size_t s : sharing_.streams) sum += revenue_[s];
    return sum;
  }

  // Parties in proportion to weights [owners]; where all are zero the sellers keep what they take.
  [[nodiscard]] Payout by_weight(const std::vector<double>& weights) const {
    Payout payout(world_.owners.size(), 0);
    double sum = 0;
    for (const std::size_t party : sharing_.parties) sum += weights[party];
    if (sum <= 0) {
      for (const std::size_t s : sharing_.streams) {
        payout[world_.money.streams[s].seller] += revenue_[s];
      }
      return payout;
    }
    for (const std::size_t party : sharing_.parties) {
      payout[party] += size() * weights[party] / sum;
    }
    return payout;
  }

  [[nodiscard]] Payout by_dependence() const {
    Payout payout(world_.owners.size(), 0);
    for (const std::size_t s : sharing_.streams) {
      const fleet::Stream& stream = world_.money.streams[s];
      double left = 1;
      for (const auto& [owner, weight] : stream.dependence) {
        payout[owner] += revenue_[s] * weight;
        left -= weight;
      }
      payout[stream.seller] += revenue_[s] * left;
    }
    return payout;
  }

 private:
  const fleet::World& world_;
  const fleet::Sharing& sharing_;
  std::vector<double> revenue_;  // [streams]
};

const Marginal* find(std::span<const Marginal> marginals, const fleet::World& world,
                     std::size_t owner) {
  for (const Marginal& one : marginals) {
    if (one.owner == owner && one.world->variant == world.variant) return &one;
  }
  return nullptr;
}

// Whether all parties of all variants have one.
bool complete(std::span<const fleet::World> worlds, std::span<const Marginal> marginals) {
  bool any = false;
  for (const fleet::World& world : worlds) {
    if (!world.money.sharing) continue;
    for (const std::size_t party : world.money.sharing->parties) {
      if (find(marginals, world, party) == nullptr) return false;
      any = true;
    }
  }
  return any;
}

std::vector<double> marginal_work(const fleet::World& world, const fleet::History& history,
                                  std::span<const Marginal> marginals) {
  std::vector<double> weights(world.owners.size(), 0);
  const double with = kept_work(world, history).value();
  for (const std::size_t party : world.money.sharing->parties) {
    const Marginal* without = find(marginals, world, party);
    weights[party] = std::max(0.0, with - kept_work(*without->world, *without->history).value());
  }
  return weights;
}

std::vector<double> contributions(const fleet::World& world, const Accounts& accounts) {
  std::vector<double> weights(world.owners.size(), 0);
  for (const Use& use : accounts.uses) weights[use.owner] += use.peak_work;
  return weights;
}

// "press report, denied" of all variants; in every description that rests on it.
std::string hypotheses(std::span<const fleet::World> worlds) {
  std::vector<std::string> distinct;
  for (const fleet::World& world : worlds) {
    if (!world.money.sharing) continue;
    const std::string& text = world.money.sharing->hypothesis;
    if (std::ranges::find(distinct, text) == distinct.end()) distinct.push_back(text);
  }
  std::string all;
  for (const std::string& text : distinct) all += (all.empty() ? "" : "; ") + text;
  return all;
}

void add_coordinate(const char* name, const char* description, std::vector<std::string> values,
                    Dataset& dataset) {
  dataset.axes.push_back({name, values.size()});
  dataset.variables.push_back({.name = name,
                               .description = description,
                               .dimensions = {name},
                               .values = std::move(values)});
}

void add_revenue(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
                 const Bins& bins, const Names& names, Dataset& dataset) {
  NameList streams;
  for (const fleet::World& world : worlds) {
    for (const fleet::Stream& stream : world.money.streams) streams.add(stream.name);
  }
  add_coordinate("stream", "what is sold", streams.all(), dataset);
  const Axis variant{"variant", worlds.size()};
  const Axis time{"time", bins.size()};
  const Axis axis{"stream", streams.size()};
  Cube sold({"stream_revenue", "paid by subscribers in the bin, whose number is assumed", "USD"},
            {variant, time, axis});
  Cube taken({"owner_revenue", "taken in as the seller, before any sharing", "USD"},
             {variant, {"owner", names.owners.size()}});
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    const fleet::World& world = worlds[v];
    for (const fleet::Stream& stream : world.money.streams) {
      const auto since = begins(world, histories[v], stream);
      if (!since) continue;
      const std::size_t s = streams.index(stream.name);
      const std::size_t seller = names.owners.index(world.owners[stream.seller]);
      for (std::size_t bin = 0; bin < bins.size(); ++bin) {
        const Instant begin = bins.start(bin);
        const Usd paid = revenue(stream, *since, begin, begin + bins.length(bin));
        sold.at({v, bin, s}) += paid.value();
        taken.at({v, seller}) += paid.value();
      }
    }
  }
  dataset.variables.push_back(std::move(sold).variable());
  dataset.variables.push_back(std::move(taken).variable());
}

void add_shares(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
                std::span<const Accounts> accounts, const Names& names,
                std::span<const Marginal> marginals, Dataset& dataset) {
  std::vector<std::string> rules{"equal", "contribution", "dependence"};
  const bool with_marginal = complete(worlds, marginals);
  if (with_marginal) rules.emplace_back("marginal");
  const std::string label = "HYPOTHESIS (" + hypotheses(worlds) + "): ";
  add_coordinate("share_rule", "how shared revenue would be divided", rules, dataset);
  const Axis variant{"variant", worlds.size()};
  const Axis owner{"owner", names.owners.size()};
  Cube payouts({"payout", label + "what the owner would get of shared revenue by each rule", "USD"},
               {variant, owner, {"share_rule", rules.size()}});
  Cube work(
      {"marginal_work", "model FLOP kept that would be missing without the party's chips", "1"},
      {variant, owner});
  std::vector<std::string> chosen(worlds.size());
  std::vector<std::string> texts(worlds.size());
  for (std::size_t v = 0; v < worlds.size(); ++v) {
    const fleet::World& world = worlds[v];
    if (!world.money.sharing) continue;
    texts[v] = world.money.sharing->hypothesis;
    chosen[v] = std::array{"equal", "contribution", "dependence",
                           "marginal"}[static_cast<std::size_t>(world.money.sharing->rule)];
    const Pot pot(world, histories[v]);
    std::vector<Payout> by_rule{pot.by_weight(std::vector<double>(world.owners.size(), 1)),
                                pot.by_weight(contributions(world, accounts[v])),
                                pot.by_dependence()};
    if (with_marginal) {
      const std::vector<double> missing = marginal_work(world, histories[v], marginals);
      by_rule.push_back(pot.by_weight(missing));
      for (std::size_t o = 0; o < world.owners.size(); ++o) {
        work.at({v, names.owners.index(world.owners[o])}) = missing[o];
      }
    }
    for (std::size_t r = 0; r < by_rule.size(); ++r) {
      for (std::size_t o = 0; o < world.owners.size(); ++o) {
        payouts.at({v, names.owners.index(world.owners[o]), r}) = by_rule[r][o];
      }
    }
  }
  dataset.variables.push_back(std::move(payouts).variable());
  if (with_marginal) dataset.variables.push_back(std::move(work).variable());
  dataset.variables.push_back({.name = "share_hypothesis",
                               .description = "what payouts rest on",
                               .dimensions = {"variant"},
                               .values = std::move(texts)});
  dataset.variables.push_back({.name = "share_rule_chosen",
                               .description = "rule that the scenario asks for; empty: none",
                               .dimensions = {"variant"},
                               .values = std::move(chosen)});
}

}  // namespace

std::optional<Instant> begins(const fleet::World& world, const fleet::History& history,
                              const fleet::Stream& stream) {
  const auto since =
      stream.after == fleet::none ? stream.from : history.jobs[stream.after].finished;
  return since && *since < world.to ? since : std::nullopt;
}

// Subscribers grow as n g^t, t in years. Those of a month pay their number over it, those who pay
// once when they join.
Usd revenue(const fleet::Stream& stream, Instant since, Instant begin, Instant end) {
  const bool opens = begin <= since && since < end;
  begin = std::max(begin, since);
  if (stream.until) end = std::min(end, *stream.until);
  if (end <= begin) return Usd(0);
  const double first = std::pow(stream.growth, (begin - since) / year);
  const double last = std::pow(stream.growth, (end - since) / year);
  double paid = 0;
  if (stream.per == fleet::Stream::Per::once) {
    paid = std::max(0.0, last - first) + (opens ? 1 : 0);
  } else {
    const double years = (end - begin) / year;
    paid = 12 * (stream.growth == 1 ? years : (last - first) / std::log(stream.growth));
  }
  return stream.price * (stream.subscribers * paid);
}

Flops kept_work(const fleet::World& world, const fleet::History& history) {
  double work = 0;
  for (const Held& one : held(world, history)) {
    const step::Answer* answer = one.answer();
    if (answer != nullptr) work += answer->model_work.value() * (one.kept() / answer->duration);
  }
  return Flops(work);
}

void add_streams(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
                 std::span<const Accounts> accounts, const Bins& bins, const Names& names,
                 std::span<const Marginal> marginals, Dataset& dataset) {
  const auto sells = [](const fleet::World& world) { return !world.money.streams.empty(); };
  if (std::ranges::none_of(worlds, sells)) return;
  add_revenue(worlds, histories, bins, names, dataset);
  const auto shares = [](const fleet::World& world) { return world.money.sharing.has_value(); };
  if (std::ranges::none_of(worlds, shares)) return;
  add_shares(worlds, histories, accounts, names, marginals, dataset);
}

}  // namespace trainyard::measure
