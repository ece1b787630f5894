#include <array>

#include "pipeline/gpipe.hpp"
#include "pipeline/one_forward_one_backward.hpp"
#include "pipeline/schedule.hpp"

namespace trainyard::pipeline {
namespace {

constexpr std::array rows{
    ScheduleRow{"1f1b", "one forward, one backward; keeps as many micro-batches as stages follow",
                one_forward_one_backward, one_forward_one_backward_in_flight},
    ScheduleRow{"gpipe", "all forward, then all backward; keeps every micro-batch", gpipe,
                gpipe_in_flight},
};

}  // namespace

std::span<const ScheduleRow> schedules() {
  return rows;
}

}  // namespace trainyard::pipeline
