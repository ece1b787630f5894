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

std::int32_t MaxMin::add(std::span<const program::Use> uses) {
  std::int32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::int32_t>(flows_.size());
    flows_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  const double rate = uses.empty() ? std::numeric_limits<double>::infinity() : 0;
  flows_[static_cast<std::size_t>(slot)] = {.uses = uses, .rate = rate};
  for (const program::Use& use : uses) {
    links_[static_cast<std::size_t>(use.link)].flows.push_back(slot);
    touch(use.link);
  }
  return slot;
}

void MaxMin::remove(std::int32_t flow) {
  for (const program::Use& use : flows_[static_cast<std::size_t>(flow)].uses) {
    auto& flows = links_[static_cast<std::size_t>(use.link)].flows;
    flows.erase(std::find(flows.begin(), flows.end(), flow));
    touch(use.link);
  }
  flows_[static_cast<std::size_t>(flow)] = {};
  free_.push_back(flow);
}

// All links and flows connected to `link`, breadth first.
void MaxMin::collect(std::int32_t first) {
  if (links_[static_cast<std::size_t>(first)].seen) return;
  links_[static_cast<std::size_t>(first)].seen = true;
  component_.push_back(first);
  for (std::size_t next = component_.size() - 1; next < component_.size(); ++next) {
    LinkState& link = links_[static_cast<std::size_t>(component_[next])];
    link.left = link.capacity;
    link.weight = 0;
    link.open = 0;
    for (const std::int32_t slot : link.flows) {
      FlowState& flow = flows_[static_cast<std::size_t>(slot)];
      if (flow.seen) continue;
      flow.seen = true;
      flow.fixed = false;
      changed_.push_back(slot);
      for (const program::Use& use : flow.uses) {
        LinkState& other = links_[static_cast<std::size_t>(use.link)];
        if (other.seen) continue;
        other.seen = true;
        component_.push_back(use.link);
      }
    }
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
    if (--link.open == 0) continue;
    heap_.push_back({link.left / link.weight, use.link});
    std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  }
}

void MaxMin::fill() {
  for (const std::int32_t slot : changed_) {
    for (const program::Use& use : flows_[static_cast<std::size_t>(slot)].uses) {
      LinkState& link = links_[static_cast<std::size_t>(use.link)];
      link.weight += use.weight;
      ++link.open;
    }
  }
  heap_.clear();
  for (const std::int32_t index : component_) {
    const LinkState& link = links_[static_cast<std::size_t>(index)];
    if (link.open > 0) heap_.push_back({link.left / link.weight, index});
  }
  std::make_heap(heap_.begin(), heap_.end(), std::greater<>());
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    const Level top = heap_.back();
    heap_.pop_back();
    LinkState& link = links_[static_cast<std::size_t>(top.link)];
    // Outdated: the link was pushed again when one of its flows was fixed.
    if (link.open == 0 || top.level != link.left / link.weight) continue;
    for (const std::int32_t slot : link.flows) {
      if (!flows_[static_cast<std::size_t>(slot)].fixed) fix(slot, top.level);
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
    for (const std::int32_t slot : link.flows) {
      const FlowState& flow = flows_[static_cast<std::size_t>(slot)];
      if (flow.rate > rate * (1 + tolerance)) return false;
      for (const program::Use& other : flow.uses) {
        if (other.link == use.link) used += other.weight * flow.rate;
      }
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
