// The question of the step scale: a model on nodes of a kind, divided in a given way. And what can
// be said about it before anything is played: does the plan fit the chips, the model the memory?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collective/collective.hpp"
#include "hardware/faults.hpp"
#include "hardware/node.hpp"
#include "model/model.hpp"
#include "parallelism/memory.hpp"
#include "parallelism/plan.hpp"
#include "step/joint.hpp"

namespace trainyard::step {

// A collective alone instead of a model's step: every accelerator does it once on `buffer`, by the
// request's gradient algorithm.
struct Exchange {
  collective::Operation operation = collective::Operation::all_reduce;
  Bytes buffer;
};

// Whether a plan must fit the memory.
enum class Room { checked, ignored };

struct Task {
  std::string identity;  // digest of all that follows: equal tasks are played once
  model::Model model;
  hardware::Node node;
  parallelism::Request request;
  hardware::Faults faults;
  std::optional<Exchange> exchange;
  Room room = Room::checked;
  // Where it is more than `request` on equal nodes: then node and request are those of its first
  // section, and all its nodes are given.
  std::optional<Joint> joint;
};

// Why a task can never run, or not on so many nodes. `member` is the plan's member at fault.
struct Objection {
  std::string member;
  std::string message;
  std::string remedy;
};

// What is wrong whatever the number of nodes.
std::vector<Objection> objections(const Task& task);

// What is wrong with running on at most `nodes` nodes, memory included. Requires no objections
// above.
std::vector<Objection> objections(const Task& task, std::int64_t nodes);

// The plan on `nodes` nodes; none where the chips do not hold one replica or the memory is short.
std::optional<parallelism::Plan> plan_on(const Task& task, std::int64_t nodes);

// Nodes of `nodes` that are not dead.
std::int64_t working_nodes(const Task& task, std::int64_t nodes);

parallelism::Memory stage_memory(const Task& task, const parallelism::Plan& plan,
                                 std::int64_t stage);

// Of the fullest stage.
struct StageMemory {
  std::int64_t stage = 0;
  parallelism::Memory memory;
};
StageMemory fullest_stage(const Task& task, const parallelism::Plan& plan);

}  // namespace trainyard::step
