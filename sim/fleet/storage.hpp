// How jobs that write checkpoints to one store slow each other down, and how often they then write.
// Mean field: a writer finds the share of the store that the others leave free on average
// (processor sharing: a request of b bytes takes b / (B (1 - load of the others)), Kleinrock 1976,
// eq. 4.17), and never more than its own nodes' paths carry. For equal writers that is the mean
// value analysis of Schweitzer and Bard. Against sharing played event by event (the test) times are
// within 8 % to a load of 0.3, 15 % to 0.5, 20 % above where computing waits for the write; lags of
// asynchronous writers are up to 1.6 times too long between 0.7 and 1. Loads are within 6 %. Not
// true for writers in step with each other.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/units.hpp"
#include "fleet/job.hpp"
#include "fleet/world.hpp"

namespace trainyard::fleet {

// Bandwidths of 0 have no limit.
struct Writer {
  Checkpoint checkpoint;
  std::int64_t nodes = 0;
  Seconds between_interruptions;  // mean; infinite: it is never interrupted
  BytesPerSecond host_copy;       // of one node, to its host memory and to its local disk
  BytesPerSecond local_disk;
};

struct Writing {
  Seconds interval;     // productive time between two; infinite: none are written
  Seconds pause;        // of a checkpoint with `write`: that
  Seconds lag;          // of an asynchronous one, after the pause; below the interval
  BytesPerSecond load;  // on the store, on average
  Seconds read;         // to read one back, alone
};

struct StoreUse {
  std::vector<Writing> writers;  // [writers]
  BytesPerSecond written;
  double load = 0;  // share of the store's bandwidth; 0 where it has no limit
};

// Solves for all writers of a site at once. Pauses of `Checkpoint::write` are taken as they are:
// where they ask more of the store than it has, load is above 1, and the others get a hundredth of
// it.
StoreUse share_store(const Store& store, std::span<const Writer> writers);

// Productive time between checkpoints of the policy, with pauses of `pause`: fixed, Young's
// sqrt(2 w M) (doi 10.1145/361147.361115), Daly's sqrt(2 w M) - w
// (doi 10.1016/j.future.2004.11.016, first order), these two at least the pause (Daly's falls again
// for w > M / 2) and a second (a run saves between steps); infinite where M is.
Seconds interval_of(const Checkpoint& checkpoint, Seconds pause, Seconds between_interruptions);

}  // namespace trainyard::fleet
