#include "engine/role_times.hpp"

namespace trainyard::engine {

using program::Body;
using program::Instruction;
using program::Verb;

bool computes(program::Activity activity) {
  return activity <= program::Activity::recompute || activity == program::Activity::optimizer;
}

RoleTimes role_times(const program::Role& role) {
  RoleTimes times;
  times.runs.resize(role.instructions.size());
  for (const Body& body : role.bodies) {
    Run after;
    for (std::int32_t i = body.end; i-- > body.begin;) {
      const Instruction& instruction = role.instructions[static_cast<std::size_t>(i)];
      if (instruction.verb != Verb::compute) {
        after = {};
        continue;
      }
      if (after.end == 0) after.end = i + 1;
      (computes(instruction.activity) ? after.computing : after.waiting) += instruction.amount;
      times.runs[static_cast<std::size_t>(i)] = after;
    }
  }
  std::vector<double> calls(role.bodies.size(), 0);
  for (const std::int32_t call : role.calls) ++calls[static_cast<std::size_t>(call)];
  for (std::size_t b = 0; b < role.bodies.size(); ++b) {
    for (std::int32_t i = role.bodies[b].begin; i < role.bodies[b].end; ++i) {
      const Instruction& instruction = role.instructions[static_cast<std::size_t>(i)];
      if (instruction.verb != Verb::compute) continue;
      times.spent[static_cast<std::size_t>(instruction.activity)] += calls[b] * instruction.amount;
    }
  }
  return times;
}

}  // namespace trainyard::engine
