#include "fleet/play.hpp"

#include "fleet/dispatch.hpp"

namespace trainyard::fleet {

History play(const World& world, const std::vector<step::Task>& tasks, step::Rates& rates) {
  engine::Timeline timeline(world.from);
  Dispatch dispatch(world, tasks, rates);
  dispatch.plan(timeline);
  timeline.run(world.to, dispatch);
  return std::move(dispatch).finish(timeline);
}

}  // namespace trainyard::fleet
