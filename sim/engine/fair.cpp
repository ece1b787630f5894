#include "engine/fair.hpp"

#include <algorithm>
#include <functional>

#include "base/check.hpp"

namespace trainyard::engine {

FairNetwork::FairNetwork(const std::vector<program::FlowClass>& flows,
                         const std::vector<BytesPerSecond>& links, Arrivals& arrivals)
    : Model("trainyard_fair"), flows_(flows), arrivals_(arrivals), solver_(links) {
  set_update_algorithm(UpdateAlgo::FULL);
}

void FairNetwork::start(std::int32_t flow, Bytes bytes, std::int64_t token) {
  EXPECT(bytes.value() >= 0);
  const std::int32_t slot = solver_.add(flows_[static_cast<std::size_t>(flow)].uses);
  if (transfers_.size() <= static_cast<std::size_t>(slot)) transfers_.resize(transfers_.size() + 1);
  Transfer& transfer = transfers_[static_cast<std::size_t>(slot)];
  const double now = sg::Engine::get_clock();
  transfer = {.left = bytes.value(), .since = now, .token = token, .version = transfer.version + 1};
  // Nothing to move, or nothing in the way: it has arrived.
  if (bytes.value() == 0 || flows_[static_cast<std::size_t>(flow)].uses.empty()) {
    ends_.push_back({now, slot, transfer.version});
    std::push_heap(ends_.begin(), ends_.end(), std::greater<>());
  }
  dirty_ = true;
}

// Gives every flow whose component changed its new rate and end.
void FairNetwork::share(double now) {
  dirty_ = false;
  for (const std::int32_t slot : solver_.solve()) {
    Transfer& transfer = transfers_[static_cast<std::size_t>(slot)];
    const double rate = solver_.rate(slot).value();
    if (rate == transfer.rate) continue;
    transfer.left = std::max(0.0, transfer.left - (now - transfer.since) * transfer.rate);
    transfer.since = now;
    transfer.rate = rate;
    ends_.push_back({now + transfer.left / rate, slot, ++transfer.version});
    std::push_heap(ends_.begin(), ends_.end(), std::greater<>());
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
    solver_.remove(slot);
    dirty_ = true;
    arrivals_.arrived(transfer.token);
  }
}

}  // namespace trainyard::engine
