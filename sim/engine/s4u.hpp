// The reference network backend: one SimGrid Comm for each transfer, each between two hosts of its
// own whose route is the flow's links. Good to a few thousand flows at a time; folded flows
// (weights above one) it cannot express.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "engine/network.hpp"
#include "engine/simgrid.hpp"

namespace trainyard::engine {

class S4uNetwork final : public Network {
 public:
  // Builds the platform: must be the first of the Engine.
  S4uNetwork(sg::Engine& engine, const std::vector<program::FlowClass>& flows,
             const std::vector<BytesPerSecond>& links, Arrivals& arrivals);
  ~S4uNetwork() override;
  S4uNetwork(const S4uNetwork&) = delete;

  void start(std::int32_t flow, Bytes bytes, std::int64_t token) override;

 private:
  struct Ends {
    simgrid::s4u::Host* src;
    simgrid::s4u::Host* dst;
  };
  void completed(const sg::Activity& activity);

  Arrivals& arrivals_;
  std::vector<Ends> ends_;  // by flow class
  std::unordered_map<const sg::Activity*, std::pair<sg::CommPtr, std::int64_t>> live_;
  // Finished Comms, released later: dropping one inside its own callback would crash SimGrid.
  std::vector<sg::CommPtr> done_;
  // SimGrid's callbacks outlive their Engine; they look here whether we still live.
  std::shared_ptr<S4uNetwork*> self_ = std::make_shared<S4uNetwork*>(this);
};

}  // namespace trainyard::engine
