// What is sold and who would get how much of it: revenue of streams over time, and payouts by every
// rule of sharing, side by side, under the hypothesis that the scenario states.
#pragma once

#include <span>
#include <vector>

#include "base/dataset.hpp"
#include "measure/accounts.hpp"
#include "measure/money.hpp"

namespace trainyard::measure {

// When the stream begins in this history; none: not within the horizon.
std::optional<Instant> begins(const fleet::World& world, const fleet::History& history,
                              const fleet::Stream& stream);

// What subscribers pay from `begin` to `end`, within which it was open since `since`.
Usd revenue(const fleet::Stream& stream, Instant since, Instant begin, Instant end);

// Model FLOP trained and kept, over the horizon, by all jobs.
Flops kept_work(const fleet::World& world, const fleet::History& history);

// Appends the axes `stream` and `share_rule` and what stands on them; nothing where no variant
// sells anything. `accounts` are those of the variants.
void add_streams(std::span<const fleet::World> worlds, std::span<const fleet::History> histories,
                 std::span<const Accounts> accounts, const Bins& bins, const Names& names,
                 std::span<const Marginal> marginals, Dataset& dataset);

}  // namespace trainyard::measure
