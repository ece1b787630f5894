#include <array>

#include "scheduling/consolidate.hpp"
#include "scheduling/deadline.hpp"
#include "scheduling/easy.hpp"
#include "scheduling/fair_share.hpp"
#include "scheduling/fifo.hpp"
#include "scheduling/max_min.hpp"
#include "scheduling/max_throughput.hpp"
#include "scheduling/placement.hpp"
#include "scheduling/pods.hpp"
#include "scheduling/policy.hpp"
#include "scheduling/preempt.hpp"
#include "scheduling/priority.hpp"
#include "scheduling/sjf.hpp"
#include "scheduling/spread.hpp"

namespace trainyard::scheduling {
namespace {

constexpr std::array placement_rows{
    PlacementRow{"consolidate",
                 "as few nodes as possible: the fullest that holds it, or whole ones", consolidate},
    PlacementRow{"pods", "a large gang below as few leaf switches as possible", pods},
    PlacementRow{"spread", "as far apart as possible: the emptiest node, or evenly over leaves",
                 spread},
};

constexpr std::array policy_rows{
    PolicyRow{.name = "priority",
              .summary = "the most urgent first; whoever fits starts",
              .make = priority},
    PolicyRow{.name = "fifo",
              .summary = "in the order they were submitted; nobody overtakes",
              .make = fifo},
    PolicyRow{.name = "sjf",
              .summary = "the shortest by its estimate first; nobody overtakes",
              .make = sjf,
              .needs_estimates = true},
    PolicyRow{.name = "easy",
              .summary = "fifo, but later jobs start where they do not put off the first",
              .make = easy,
              .needs_estimates = true},
    PolicyRow{.name = "preempt",
              .summary = "the most urgent first; stops less urgent ones that run",
              .preempts = true,
              .make = preempt},
    PolicyRow{.name = "fair_share",
              .summary = "the owner that has used the least for its share first",
              .make = fair_share},
    PolicyRow{.name = "max_min",
              .summary = "in rounds: the job that is worst off is best off (Gavel)",
              .needs_rates = true,
              .preempts = true,
              .make = max_min},
    PolicyRow{.name = "max_throughput",
              .summary = "in rounds: all jobs together do the most (Gavel)",
              .needs_rates = true,
              .preempts = true,
              .make = max_throughput},
    PolicyRow{.name = "deadline",
              .summary = "the earliest deadline first, on as little as meets it",
              .needs_rates = true,
              .make = deadline},
};

}  // namespace

std::span<const PlacementRow> placements() {
  return placement_rows;
}

std::span<const PolicyRow> policies() {
  return policy_rows;
}

}  // namespace trainyard::scheduling
