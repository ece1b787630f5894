// The allocations of a history with what they refer to, and with what came of their work in the
// end: a failure may take work that earlier allocations of the job had done.
#pragma once

#include <vector>

#include "fleet/history.hpp"
#include "fleet/world.hpp"

namespace trainyard::measure {

struct Held {
  const fleet::World* world = nullptr;
  const fleet::History* history = nullptr;
  const fleet::Allocation* allocation = nullptr;

  [[nodiscard]] const fleet::Job& job() const { return world->jobs[allocation->job]; }
  [[nodiscard]] const fleet::Option& option() const { return job().options[allocation->option]; }
  // Of the step it repeats; none for a job of known duration.
  [[nodiscard]] const step::Answer* answer() const {
    return allocation->answer == fleet::none ? nullptr
                                             : &history->answers[allocation->answer].answer;
  }
  [[nodiscard]] Seconds lasted() const { return allocation->end - allocation->start; }
  [[nodiscard]] Seconds kept() const { return allocation->productive - allocation->lost; }
  [[nodiscard]] Instant work_ends() const { return allocation->end + allocation->unnoticed * -1; }
  // Accelerators that the plan uses.
  [[nodiscard]] double working() const {
    return static_cast<double>(allocation->chips - allocation->left_over);
  }
  // Accelerators that nobody else can have.
  [[nodiscard]] double taken() const {
    return static_cast<double>(allocation->chips + allocation->spares);
  }
};

// In the history's order.
std::vector<Held> held(const fleet::World& world, const fleet::History& history);

}  // namespace trainyard::measure
