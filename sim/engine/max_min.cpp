#include "engine/max_min.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "base/check.hpp"

namespace trainyard::engine {

MaxMin::MaxMin(const std::vector<BytesPerSecond>& capacity) : links_(capacity.size()) {
  for (std::size_t i = 0; i < capacity.size(); ++i) {
    EXPECT(capacity[i].value() > 0);
    links_[i].capacity = capacity[i].value();
  }
}

void MaxMin::touch(std::int32_t link) {
  LinkState& state = links_[static_cast<std::size_t>(link)];
  if (state.touched) return;
  state.touched = true;
  touched_.push_back(link);
}

// The next solve must look at all rates from `rate` on; equal ones may differ by rounding.
void MaxMin::disturb(double rate) {
  constexpr double clearly = 1 - 1e-9;
  floor_ = touched_.empty() ? rate * clearly : std::min(floor_, rate * clearly);
}

std::int32_t MaxMin::add(std::span<const program::Use> uses) {
  std::int32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::int32_t>(flows_.size());
    flows_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  // Alone on all its links it has its rate at once; else no link fills below its even share.
  bool alone = true;
  double rate = std::numeric_limits<double>::infinity();
  for (const program::Use& use : uses) {
    LinkState& link = links_[static_cast<std::size_t>(use.link)];
    alone = alone && link.flows.empty();
    link.total += use.weight;
    rate = std::min(rate, link.capacity / link.total);
  }
  flows_[static_cast<std::size_t>(slot)] = {.uses = uses, .rate = alone ? rate : 0};
  if (!alone) disturb(rate);
  for (const program::Use& use : uses) {
    links_[static_cast<std::size_t>(use.link)].flows.push_back({slot, use.weight});
    if (!alone) touch(use.link);
  }
  return slot;
}

bool MaxMin::remove(std::int32_t flow) {
  const FlowState& gone = flows_[static_cast<std::size_t>(flow)];
  bool alone = true;
  for (const program::Use& use : gone.uses) {
    LinkState& link = links_[static_cast<std::size_t>(use.link)];
    const auto same = [flow](const Crossing& crossing) { return crossing.flow == flow; };
    link.flows.erase(std::find_if(link.flows.begin(), link.flows.end(), same));
    // Without rounding: an empty link carries nothing.
    link.total = link.flows.empty() ? 0 : link.total - use.weight;
    if (link.flows.empty()) continue;
    if (alone) disturb(gone.rate);
    alone = false;
    touch(use.link);
  }
  flows_[static_cast<std::size_t>(flow)] = {};
  free_.push_back(flow);
  return alone;
}

// Flows that keep their rate are fixed from the start; the others join the component.
void MaxMin::collect_flows(LinkState& link) {
  link.left = link.capacity;
  link.weight = 0;
  link.open = 0;
  for (const Crossing& crossing : link.flows) {
    FlowState& flow = flows_[static_cast<std::size_t>(crossing.flow)];
    if (flow.rate > 0 && flow.rate < floor_) {
      link.left -= crossing.weight * flow.rate;
      continue;
    }
    link.weight += crossing.weight;
    ++link.open;
    if (flow.seen) continue;
    flow.seen = true;
    flow.fixed = false;
    changed_.push_back(crossing.flow);
    for (const program::Use& use : flow.uses) {
      LinkState& other = links_[static_cast<std::size_t>(use.link)];
      if (other.seen) continue;
      other.seen = true;
      component_.push_back(use.link);
    }
  }
  link.left = std::max(0.0, link.left);
}

// All links and flows connected to `link`, breadth first.
void MaxMin::collect(std::int32_t first) {
  if (links_[static_cast<std::size_t>(first)].seen) return;
  links_[static_cast<std::size_t>(first)].seen = true;
  component_.push_back(first);
  for (std::size_t next = component_.size() - 1; next < component_.size(); ++next) {
    collect_flows(links_[static_cast<std::size_t>(component_[next])]);
  }
}

void MaxMin::fix(std::int32_t slot, double level) {
  FlowState& flow = flows_[static_cast<std::size_t>(slot)];
  flow.rate = level;
  flow.fixed = true;
  for (const program::Use& use : flow.uses) {
    LinkState& link = links_[static_cast<std::size_t>(use.link)];
    link.left = std::max(0.0, link.left - use.weight * level);
    link.weight -= use.weight;
    --link.open;
  }
}

// A link's level only rises while others fill, so it is looked up again when its turn comes.
void MaxMin::fill() {
  heap_.clear();
  for (const std::int32_t index : component_) {
    const LinkState& link = links_[static_cast<std::size_t>(index)];
    if (link.open > 0) heap_.push_back({link.left / link.weight, index});
  }
  std::make_heap(heap_.begin(), heap_.end(), std::greater<>());
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    Level& top = heap_.back();
    const LinkState& link = links_[static_cast<std::size_t>(top.link)];
    const double level = link.open > 0 ? link.left / link.weight : 0;
    if (link.open > 0 && level > top.level) {
      top.level = level;
      std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
      continue;
    }
    heap_.pop_back();
    if (link.open == 0) continue;
    for (const Crossing& crossing : link.flows) {
      const FlowState& flow = flows_[static_cast<std::size_t>(crossing.flow)];
      if (flow.seen && !flow.fixed) fix(crossing.flow, level);
    }
  }
}

const std::vector<std::int32_t>& MaxMin::solve() {
  changed_.clear();
  component_.clear();
  for (const std::int32_t link : touched_) {
    links_[static_cast<std::size_t>(link)].touched = false;
    collect(link);
  }
  touched_.clear();
  fill();
  check();
  for (const std::int32_t link : component_) links_[static_cast<std::size_t>(link)].seen = false;
  for (const std::int32_t flow : changed_) flows_[static_cast<std::size_t>(flow)].seen = false;
  return changed_;
}

// The certificate of max-min: every flow crosses a full link on which no rate is higher.
void MaxMin::check() const {
#ifdef TRAINYARD_CHECKS
  constexpr double tolerance = 1e-9;
  const auto holds_back = [&](const program::Use& use, double rate) {
    const LinkState& link = links_[static_cast<std::size_t>(use.link)];
    double used = 0;
    for (const Crossing& crossing : link.flows) {
      const FlowState& flow = flows_[static_cast<std::size_t>(crossing.flow)];
      if (flow.rate > rate * (1 + tolerance)) return false;
      used += crossing.weight * flow.rate;
    }
    ENSURE(used <= link.capacity * (1 + tolerance));
    return used >= link.capacity * (1 - tolerance);
  };
  for (const std::int32_t slot : changed_) {
    const FlowState& flow = flows_[static_cast<std::size_t>(slot)];
    ENSURE(std::any_of(flow.uses.begin(), flow.uses.end(),
                       [&](const program::Use& use) { return holds_back(use, flow.rate); }));
  }
#endif
}

}  // namespace trainyard::engine
