// A step of several branches that keep their copies of the model equal.
#pragma once

#include "step/answer.hpp"
#include "step/profile.hpp"
#include "step/round.hpp"
#include "step/task.hpp"

namespace trainyard::step {

// The round that the branches, whose profiles these are, go through.
Round round_of(const Task& task, const std::vector<Profile>& profiles);

// What of the answer of a task with branches is a section's: the samples of its branch by its share
// of the stages, chips, and energy by their power. Duration and utilisation are those of all.
Answer part_of(const Task& task, const Answer& all, std::size_t branch, std::size_t section);

struct Together {
  Answer answer;
  std::vector<Profile> branches;  // each by itself
  std::vector<double> steps;      // of each in the answer's duration
};

// Plays every branch in a process of its own and then the round here: makes an Engine. A step's
// duration is the average over a round; what a branch waits for the others counts as gradient_wait.
Together play_together(const Task& task, const Options& options);
inline Answer play_jointly(const Task& task, const Options& options) {
  return play_together(task, options).answer;
}

}  // namespace trainyard::step
