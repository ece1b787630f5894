#include "engine/timeline.hpp"

#include <algorithm>
#include <functional>
#include <memory>

#include "base/check.hpp"
#include "engine/simgrid.hpp"

namespace trainyard::engine {
namespace {

class Follower final : public sg::Model {
 public:
  Follower(Timeline& timeline, Instant until, Listener& listener)
      : Model("trainyard_timeline"), timeline_(timeline), until_(until), listener_(listener) {
    set_update_algorithm(UpdateAlgo::FULL);
  }

  double next_occurring_event(double /*now*/) override {
    if (timeline_.empty() || timeline_.next() > until_) return -1;
    planned_ = true;
    return (timeline_.next() - timeline_.now()).value();
  }

  void update_actions_state(double /*now*/, double /*delta*/) override {
    if (planned_) timeline_.play_next(listener_);
    planned_ = false;
  }

 private:
  Timeline& timeline_;
  Instant until_;
  Listener& listener_;
  bool planned_ = false;
};

}  // namespace

Timeline::Timeline(Instant start) : now_(start) {}

void Timeline::add(Event event) {
  EXPECT(event.time >= now_);
  heap_.push_back(event);
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
}

void Timeline::play_next(Listener& listener) {
  now_ = heap_.front().time;
  batch_.clear();
  while (!heap_.empty() && heap_.front().time == now_) {
    batch_.push_back(heap_.front());
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    heap_.pop_back();
  }
  listener.happened(now_, batch_, *this);
}

void Timeline::run(Instant until, Listener& listener) {
  const auto engine = sg::make_engine();
  simgrid::s4u::create_empty_zone("root")->seal();
  engine->add_model(std::make_shared<Follower>(*this, until, listener));
  engine->run();
}

}  // namespace trainyard::engine
