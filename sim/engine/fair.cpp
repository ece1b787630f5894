#include "engine/fair.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "base/check.hpp"

namespace trainyard::engine {

FairNetwork::FairNetwork(const std::vector<program::FlowClass>& flows,
                         const std::vector<BytesPerSecond>& links, Arrivals& arrivals,
                         Sharing sharing)
    : Model("trainyard_fair"),
      flows_(flows),
      links_(links),
      arrivals_(arrivals),
      sharing_(sharing),
      solver_(links) {
  set_update_algorithm(UpdateAlgo::FULL);
}

void FairNetwork::start(std::int32_t flow, Bytes bytes, std::int64_t token) {
  EXPECT(bytes.value() >= 0);
  const auto& uses = flows_[static_cast<std::size_t>(flow)].uses;
  const std::int32_t slot =
      solver_.add(sharing_ == Sharing::none ? std::span<const program::Use>() : std::span(uses));
  if (transfers_.size() <= static_cast<std::size_t>(slot)) transfers_.resize(transfers_.size() + 1);
  Transfer& transfer = transfers_[static_cast<std::size_t>(slot)];
  const double now = sg::Engine::get_clock();
  transfer = {.left = bytes.value(), .since = now, .token = token, .version = transfer.version + 1};
  if (bytes.value() == 0) {
    set_end(slot, now);
  } else if (sharing_ == Sharing::none) {
    double rate = std::numeric_limits<double>::infinity();
    for (const program::Use& use : uses) {
      rate = std::min(rate, links_[static_cast<std::size_t>(use.link)].value());
    }
    set_rate(slot, rate, now);
  } else if (solver_.settled(slot)) {
    set_rate(slot, solver_.rate(slot).value(), now);
  } else {
    dirty_ = true;
  }
}

void FairNetwork::set_end(std::int32_t slot, double time) {
  ends_.push_back({time, slot, ++transfers_[static_cast<std::size_t>(slot)].version});
  std::push_heap(ends_.begin(), ends_.end(), std::greater<>());
}

void FairNetwork::set_rate(std::int32_t slot, double rate, double now) {
  Transfer& transfer = transfers_[static_cast<std::size_t>(slot)];
  if (rate == transfer.rate) return;
  transfer.left = std::max(0.0, transfer.left - (now - transfer.since) * transfer.rate);
  transfer.since = now;
  transfer.rate = rate;
  set_end(slot, now + transfer.left / rate);
}

// Gives every flow whose component changed its new rate and end.
void FairNetwork::share(double now) {
  dirty_ = false;
  for (const std::int32_t slot : solver_.solve()) {
    set_rate(slot, solver_.rate(slot).value(), now);
  }
}

void FairNetwork::drop_void_ends() {
  while (!ends_.empty() && ends_.front().version !=
                               transfers_[static_cast<std::size_t>(ends_.front().slot)].version) {
    std::pop_heap(ends_.begin(), ends_.end(), std::greater<>());
    ends_.pop_back();
  }
}

double FairNetwork::next_occurring_event(double now) {
  if (dirty_) share(now);
  drop_void_ends();
  return ends_.empty() ? -1 : std::max(0.0, ends_.front().time - now);
}

void FairNetwork::update_actions_state(double now, double /*delta*/) {
  for (drop_void_ends(); !ends_.empty() && ends_.front().time <= now; drop_void_ends()) {
    const std::int32_t slot = ends_.front().slot;
    std::pop_heap(ends_.begin(), ends_.end(), std::greater<>());
    ends_.pop_back();
    Transfer& transfer = transfers_[static_cast<std::size_t>(slot)];
    ++transfer.version;
    if (!solver_.remove(slot)) dirty_ = true;
    arrivals_.arrived(transfer.token);
  }
}

}  // namespace trainyard::engine
