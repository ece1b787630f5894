// Moves bytes of flow classes over link classes in simulated time. Two backends behind one
// interface: `fair`, our own incremental max-min solver as a SimGrid Model, and `s4u`, SimGrid's
// own network model, the reference (weights of one only, whole bytes). All flows of a run use one.
#pragma once

#include <cstdint>
#include <memory>

#include "base/units.hpp"
#include "program/play.hpp"

namespace trainyard::engine {

// Told when a transfer has arrived; may start others.
class Arrivals {
 public:
  virtual ~Arrivals() = default;
  virtual void arrived(std::int64_t token) = 0;
};

class Network {
 public:
  virtual ~Network() = default;
  // Starts moving `bytes` over the links of `flow` now; its latency was paid by the caller.
  virtual void start(std::int32_t flow, Bytes bytes, std::int64_t token) = 0;
};

// `unshared` gives every flow the whole of its links, as if no other crossed them.
enum class Backend { fair, s4u, unshared };

}  // namespace trainyard::engine
