// Max-min fair sharing of links by weighted flows, solved again only where something changed:
//   the rates r_f are max-min under  sum over f of w_fl r_f <= c_l  for every link l,
// where w_fl is how many like flows cross link l: weights are consumption, never priority.
// Progressive filling (Bertsekas and Gallager, Data Networks, section 6.5.2) with a heap of links
// by the level at which they fill. Below the rate of a flow that went, or the least that a new one
// can get, filling goes as before: flows with lower rates keep them and are not looked at again.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/units.hpp"
#include "program/play.hpp"

namespace trainyard::engine {

class MaxMin {
 public:
  explicit MaxMin(const std::vector<BytesPerSecond>& capacity);

  // Adds a flow; `uses` must live as long as the flow and name each link once. Returns its slot.
  std::int32_t add(std::span<const program::Use> uses);
  // Whether the flow has its rate already, since it has all its links for itself.
  [[nodiscard]] bool settled(std::int32_t flow) const {
    return flows_[static_cast<std::size_t>(flow)].rate > 0;
  }
  // True where that changes nobody else's rate.
  bool remove(std::int32_t flow);

  // Solves the components touched since the last call and returns the flows whose rate was set.
  // With contracts on, checks that every flow crosses a full link on which no rate is higher.
  const std::vector<std::int32_t>& solve();

  // Infinite for a flow that crosses nothing.
  [[nodiscard]] BytesPerSecond rate(std::int32_t flow) const {
    return BytesPerSecond(flows_[static_cast<std::size_t>(flow)].rate);
  }

 private:
  struct FlowState {
    std::span<const program::Use> uses;
    double rate = 0;
    bool seen = false;  // collected for this solve
    bool fixed = false;
  };
  struct Crossing {
    std::int32_t flow = 0;
    double weight = 1;
  };
  struct LinkState {
    double capacity = 0;
    double total = 0;  // weight of all flows
    std::vector<Crossing> flows;
    bool touched = false;
    bool seen = false;
    double left = 0;        // capacity not taken by fixed flows
    double weight = 0;      // of flows not fixed yet
    std::int32_t open = 0;  // how many they are
  };

  void touch(std::int32_t link);
  void disturb(double rate);
  void collect(std::int32_t first);
  void collect_flows(LinkState& link);
  void fill();
  void fix(std::int32_t slot, double level);
  void check() const;

  std::vector<FlowState> flows_;
  std::vector<std::int32_t> free_;
  std::vector<LinkState> links_;
  std::vector<std::int32_t> touched_;
  double floor_ = 0;                     // rates below it stay; valid where a link is touched
  std::vector<std::int32_t> component_;  // links
  std::vector<std::int32_t> changed_;    // flows
  struct Level {
    double level;
    std::int32_t link;
    friend bool operator>(const Level& a, const Level& b) {
      return a.level != b.level ? a.level > b.level : a.link > b.link;
    }
  };
  std::vector<Level> heap_;
};

}  // namespace trainyard::engine
