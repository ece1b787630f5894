// A round of branches that train beside each other: as many steps as it takes until every parameter
// has been exchanged once, with the exchanges between branches flowing over what joins them. A
// branch is one player here: its step was played before (profile.hpp).
#pragma once

#include <cstdint>
#include <vector>

#include "base/units.hpp"
#include "engine/network.hpp"
#include "program/play.hpp"
#include "step/joint.hpp"

namespace trainyard::step {

// A branch as its round sees it.
struct Learner {
  Seconds step;                // of a step by itself
  std::vector<Seconds> ready;  // of each layer's gradients; shape [layers]
  Seconds all_ready;
  std::size_t site = 0;
  double ranks = 1;           // accelerators
  double holders = 1;         // of these, that hold a part of the same layer
  BytesPerSecond interfaces;  // of the holders' nodes, each way
  Seconds latency;            // of a message through them
  double rings = 1;           // flat: rings through the branch, one of each part of a layer
};

struct Round {
  std::vector<Learner> learners;  // two at least, in the order of the ring
  std::vector<double> layers;     // parameters of each, entry and exit included
  Sync sync;
  hardware::WideArea wide;
};

// Layers that are exchanged together, by fragment; shape [fragments][parts][layers of a part], in
// the order of a backward pass. Fragment p has layers p, p + P, p + 2 P and so on, which spreads
// the traffic over the backward pass (arXiv 2501.18512, strided fragments).
std::vector<std::vector<std::vector<std::size_t>>> parts(const std::vector<double>& layers,
                                                         const Sync& sync);

// The inner step, counted from 1, in whose backward pass the fragment is sent.
std::int64_t step_of(std::int64_t fragment, const Sync& sync);

// How an exchange between branches goes. Every branch sends `share` of what is exchanged to the
// next one, in so many messages.
struct Ring {
  double share = 1;
  double messages = 2;
};
Ring ring(const Round& round);

// Rounds to be played: the last of them is like all that would follow. A note is made by every
// learner whenever it has ended a round.
inline constexpr std::int64_t rounds_played = 3;
program::Play play_of(const Round& round);

struct Joined {
  Seconds step;  // on average over a round, of the slowest branch; asynchronous: of all branches
  Bytes sent;    // by one branch to the next, a step; asynchronous: to the keeper and back
  std::int64_t events = 0;
  // Asynchronous: outer steps between those in a branch's parameters and the one its part goes in,
  // on average over parts, and the share of time that branches wait.
  double staleness = 0;
  double waited = 0;
  std::vector<double> steps;  // inner steps of each branch in that time; synchronous, local: 1
};
// Makes an Engine.
Joined play(const Round& round, engine::Backend backend);

}  // namespace trainyard::step
