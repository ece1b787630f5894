// Branches that train without waiting for each other: a keeper of the model, at the site of the
// first learner, takes what they learnt and sends back what came of it (asynchronous local SGD,
// Liu et al., arXiv 2401.09135; with a quorum and a grace it is semi-synchronous).
#pragma once

#include "step/round.hpp"

namespace trainyard::step {

// Every learner repeats: `every` inner steps; its outer gradient, of the whole model, to the
// keeper; the new parameters back, as many bytes. Once `quorum` parts are there, and `grace` later
// unless all are, the keeper makes an outer step of all parts it has and answers these. A learner
// whose exchange is under way trains on for `delay` steps, until its next part at most, and then
// waits.
//
// Learners at the keeper's site cross their interfaces only. The keeper has no interface of its own
// and takes no time; every step of a learner takes the same time. Crossing, chunks, fragments and
// the times at which gradients are ready play no part. Makes no Engine.
//
// Measured from the outer step 20 on, to the 200th at least: each learner's pace over whole rounds
// of its own. The duration of a step is the time over the steps of the average learner; with as
// many samples in every learner's step, these over it are the samples a second of all.
Joined play_asynchronously(const Round& round);

}  // namespace trainyard::step
