// The default network backend: flows in a SimGrid Model, their rates from MaxMin.
#pragma once

#include <vector>

#include "engine/max_min.hpp"
#include "engine/network.hpp"
#include "engine/simgrid.hpp"

namespace trainyard::engine {

enum class Sharing { max_min, none };

class FairNetwork final : public sg::Model, public Network {
 public:
  FairNetwork(const std::vector<program::FlowClass>& flows,
              const std::vector<BytesPerSecond>& links, Arrivals& arrivals,
              Sharing sharing = Sharing::max_min);

  void start(std::int32_t flow, Bytes bytes, std::int64_t token) override;

  double next_occurring_event(double now) override;
  void update_actions_state(double now, double delta) override;

 private:
  // Progress of the flow in a solver slot, exact at time `since`.
  struct Transfer {
    double left = 0;  // bytes
    double since = 0;
    double rate = 0;  // bytes a second
    std::int64_t token = 0;
    std::uint32_t version = 0;  // entries of older versions in the heap are void
  };
  struct End {
    double time;
    std::int32_t slot;
    std::uint32_t version;
    friend bool operator>(const End& a, const End& b) {
      return a.time != b.time ? a.time > b.time : a.slot > b.slot;
    }
  };

  void share(double now);
  void set_rate(std::int32_t slot, double rate, double now);
  void set_end(std::int32_t slot, double time);
  void drop_void_ends();

  const std::vector<program::FlowClass>& flows_;
  const std::vector<BytesPerSecond>& links_;
  Arrivals& arrivals_;
  Sharing sharing_;
  MaxMin solver_;
  std::vector<Transfer> transfers_;  // by solver slot
  std::vector<End> ends_;            // heap
  bool dirty_ = false;
};

}  // namespace trainyard::engine
