#include "fleet/power.hpp"

#include <algorithm>
#include <limits>

namespace trainyard::fleet {
namespace {

// Of the phase that began last; none before the first; infinite without phases.
Watts phase_at(const std::vector<PowerPhase>& phases, Instant now) {
  if (phases.empty()) return Watts(std::numeric_limits<double>::infinity());
  Watts limit;
  for (const PowerPhase& phase : phases) {
    if (phase.from <= now) limit = phase.limit;
  }
  return limit;
}

}  // namespace

Watts limit_at(const Site& site, Instant now, std::optional<Instant> tripped) {
  Watts limit = std::min(phase_at(site.power, now), phase_at(site.cooling, now) * site.place.pue);
  for (const Outage& outage : site.outages) {
    if (outage.from <= now && now < outage.from + outage.lasts) limit = Watts(0);
  }
  if (tripped && site.trip) {
    limit = now < *tripped + site.trip->lasts ? Watts(0) : std::min(limit, site.trip->above);
  }
  return limit;
}

std::vector<Instant> limit_changes(const Site& site, Instant from, Instant to) {
  std::vector<Instant> moments{from};
  const auto add = [&](Instant moment) {
    if (from < moment && moment <= to) moments.push_back(moment);
  };
  for (const PowerPhase& phase : site.power) add(phase.from);
  for (const PowerPhase& phase : site.cooling) add(phase.from);
  for (const Outage& outage : site.outages) {
    add(outage.from);
    add(outage.from + outage.lasts);
  }
  std::sort(moments.begin(), moments.end());
  moments.erase(std::unique(moments.begin(), moments.end()), moments.end());
  return moments;
}

}  // namespace trainyard::fleet
