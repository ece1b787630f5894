// What breaks in a fleet, how often, and how long it takes to notice and to put right.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/distribution.hpp"
#include "base/units.hpp"

namespace trainyard::fleet {

// What a rate counts, and what one event takes: a rack and a leaf switch are nodes in a row.
enum class Scope : std::uint8_t { accelerator, node, rack, leaf, site };

struct Cause {
  enum class Effect : std::uint8_t {
    crash,      // the job stops at once
    planned,    // as crash, but the job saves its state before
    silent,     // the job trains on, and loses all since when it is noticed
    straggler,  // the job trains on at the pace of the slow node until it is noticed
  };
  std::string name;
  std::string component;  // class for tables: GPU, network, software, ...
  Scope per = Scope::accelerator;
  PerSecond rate;    // of one of `per` while it has power; of age 1/rate where shape is not 1
  double shape = 1;  // 1: exponential. Else a power law of age: repaired things stay as old
  bool takes_nodes = true;  // false: software; the nodes go on as soon as it is noticed
  Effect effect = Effect::crash;
  double slow = 1;      // straggler: speed of the slow node
  Distribution detect;  // from the event to somebody acting, seconds
  Distribution repair;  // of the nodes, seconds; from a crew's beginning
};

struct Failures {
  std::vector<Cause> causes;
  std::int64_t rack_nodes = 4;
  std::int64_t crews = 0;  // repairs at once at each site; 0: any number
  bool empty() const { return causes.empty(); }
};

}  // namespace trainyard::fleet
