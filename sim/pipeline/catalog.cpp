#include <array>

#include "pipeline/dualpipe.hpp"
#include "pipeline/gpipe.hpp"
#include "pipeline/interleaved.hpp"
#include "pipeline/objection.hpp"
#include "pipeline/one_forward_one_backward.hpp"
#include "pipeline/schedule.hpp"
#include "pipeline/zero_bubble_h1.hpp"
#include "pipeline/zero_bubble_v.hpp"

namespace trainyard::pipeline {
namespace {

constexpr std::array rows{
    ScheduleRow{"1f1b", "one forward, one backward; keeps as many micro-batches as stages follow",
                Layout::straight, one_forward_one_backward, object_to_chunks},
    ScheduleRow{"gpipe", "all forward, then all backward; keeps every micro-batch",
                Layout::straight, gpipe, object_to_chunks},
    ScheduleRow{"interleaved",
                "1f1b over several chunks on each stage: shorter bubble, more messages",
                Layout::looped, interleaved, interleaved_objection},
    ScheduleRow{"zb-h1", "1f1b that puts off weight gradients to fill the end; memory of 1f1b",
                Layout::straight, zero_bubble_h1, object_to_chunks},
    ScheduleRow{"zb-v",
                "two chunks in a V, weight gradients put off: hardly a bubble, memory of 1f1b",
                Layout::vee, zero_bubble_v, object_to_other_than_two_chunks},
    ScheduleRow{"dualpipe",
                "two copies of the model, micro-batches enter at both ends (DeepSeek-V3)",
                Layout::two_way, dualpipe, dualpipe_objection},
};

}  // namespace

std::span<const ScheduleRow> schedules() {
  return rows;
}

}  // namespace trainyard::pipeline
