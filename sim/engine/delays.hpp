// Things that just take time (computing, latency) as a SimGrid Model: a heap of end times, 0.2 us
// each, where SimGrid's own activities cost 2 us and more.
#pragma once

#include <cstdint>
#include <vector>

#include "base/units.hpp"
#include "engine/simgrid.hpp"

namespace trainyard::engine {

// Told when a delay is over; may start others.
class Expiries {
 public:
  virtual ~Expiries() = default;
  virtual void expired(std::int64_t token) = 0;
};

class Delays final : public sg::Model {
 public:
  explicit Delays(Expiries& expiries);
  void start(Seconds delay, std::int64_t token);

  double next_occurring_event(double now) override;
  void update_actions_state(double now, double delta) override;

 private:
  struct Entry {
    double end;
    std::int64_t order;  // equal ends fire in the order they were started
    std::int64_t token;
    friend bool operator>(const Entry& a, const Entry& b) {
      return a.end != b.end ? a.end > b.end : a.order > b.order;
    }
  };
  Expiries& expiries_;
  std::vector<Entry> heap_;
  std::int64_t started_ = 0;
};

}  // namespace trainyard::engine
