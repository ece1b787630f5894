#include "engine/delays.hpp"

#include <algorithm>
#include <functional>

namespace trainyard::engine {

Delays::Delays(Expiries& expiries) : Model("trainyard_delays"), expiries_(expiries) {
  set_update_algorithm(UpdateAlgo::FULL);
}

void Delays::start(Seconds delay, std::int64_t token) {
  heap_.push_back({sg::Engine::get_clock() + delay.value(), started_++, token});
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
}

double Delays::next_occurring_event(double now) {
  return heap_.empty() ? -1 : std::max(0.0, heap_.front().end - now);
}

void Delays::update_actions_state(double now, double /*delta*/) {
  while (!heap_.empty() && heap_.front().end <= now) {
    const std::int64_t token = heap_.front().token;
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    heap_.pop_back();
    expiries_.expired(token);
  }
}

}  // namespace trainyard::engine
