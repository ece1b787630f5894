// One step of a branch by itself, as the branches that train beside it see it: how long it takes
// and when the gradients of each layer are there to be exchanged with them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/units.hpp"
#include "step/answer.hpp"
#include "step/task.hpp"

namespace trainyard::step {

struct Profile {
  Answer answer;
  // Since the step began: when each layer's gradients are there, summed over the branch. Shape
  // [layers]: entry, blocks, exit.
  std::vector<Seconds> ready;
  Seconds all_ready;  // of everything, before the optimizer
};

// Plays the only branch of the task (placement.hpp: alone). Makes an Engine.
Profile profile(const Task& branch, const Options& options);

// The profiles of all branches, each played in a process of its own; alike branches once.
std::vector<Profile> profiles(const std::vector<Task>& branches, const Options& options);

}  // namespace trainyard::step
