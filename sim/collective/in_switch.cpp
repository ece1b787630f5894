#include "collective/in_switch.hpp"

#include <algorithm>

#include "collective/direct.hpp"
#include "collective/transfers.hpp"

namespace trainyard::collective {
namespace {

bool fits(Operation operation, const Group& group) {
  return operation == Operation::all_reduce && group.switch_cost > 0 &&
         std::all_of(group.node_of.begin(), group.node_of.end(),
                     [&](std::int64_t node) { return node == group.node_of.front(); });
}

}  // namespace

// Ports are all that fills, in and out alike over both phases: who is at the other end of the
// switch does not matter.
std::vector<Phase> in_switch_phases(Operation operation, const Group& group) {
  if (!fits(operation, group)) return {};
  const auto n = static_cast<double>(group.members());
  const Phase half{{shift(group.members(), 1, group.switch_cost * (1 + 1 / n) / 2, n - 1)}};
  return {half, half};
}

Rounds in_switch_rounds(Operation operation, const Group& group) {
  return fits(operation, group) ? direct_rounds(operation, group) : Rounds{};
}

}  // namespace trainyard::collective
