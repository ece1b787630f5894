// What a fleet costs, what is sold that was trained on it, and a hypothesis about who gets a share.
// `scenario` fills it, `measure` counts it; nothing in the life of a fleet depends on it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "fleet/job.hpp"

namespace trainyard::fleet {

// From an hour of the local day to another, over midnight where that is not later.
struct HourPrice {
  std::string name;
  double from = 0;  // hours, 0 to 24
  double to = 0;
  UsdPerJoule price;
};

struct SiteMoney {
  double utc_offset = 0;         // hours that local clocks are ahead of UTC, the whole year
  std::vector<HourPrice> hours;  // they do not overlap; the site's own price at all others
  UsdPerJoule colocation;        // of a second of planned power
  UsdPerSecond staff;            // while chips stand at the site
};

// Something sold to subscribers, of whose number nobody knows more than is assumed here.
struct Stream {
  enum class Per { month, once };

  std::string name;
  std::size_t seller = 0;  // owner
  std::optional<Instant> from;
  std::size_t after = none;  // or from when this job has finished
  double subscribers = 0;    // when it begins
  Usd price;
  Per per = Per::month;
  double growth = 1;  // of the subscribers, in a year
  std::optional<Instant> until;
  // How far it depends on the help of others, as shares; what is left is the seller's.
  struct Dependence {
    std::size_t owner = 0;
    double weight = 0;
  };
  std::vector<Dependence> dependence;
};

// Who would get what of the streams, under a hypothesis that says itself how far it is to be
// believed.
struct Sharing {
  enum class Rule {
    equal,
    contribution,  // in proportion to busy chip-seconds times dense bf16 peak
    dependence,    // by the weights of each stream
    marginal,      // in proportion to the work that would be missing without the party's chips
  };

  Rule rule = Rule::equal;
  std::vector<std::size_t> parties;  // owners
  std::vector<std::size_t> streams;
  std::string hypothesis;
};

struct Money {
  std::vector<SiteMoney> sites;  // by site; none: the site's price of energy, and no more
  // Straight line from arrival; 4 to 6 years are usual.
  Seconds amortisation{5 * 365.25 * 86400};
  // Cost of a system over that of its nodes: "Nvidia hardware is about two thirds of the cost" of
  // training superclusters (Tesla's chief executive, June 2024).
  double system_factor = 1.5;
  double residual = 0;  // share of the price that is left at the end
  std::vector<Stream> streams;
  std::optional<Sharing> sharing;
};

inline SiteMoney site_money(const Money& money, std::size_t site) {
  return site < money.sites.size() ? money.sites[site] : SiteMoney{};
}

}  // namespace trainyard::fleet
