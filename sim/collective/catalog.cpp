#include "base/catalog.hpp"

#include <array>

#include "base/check.hpp"
#include "collective/all_reduce.hpp"
#include "collective/hierarchical.hpp"
#include "collective/ring.hpp"

namespace trainyard::collective {
namespace {

constexpr std::array rows{
    AllReduceRow{"hierarchical", "reduce-scatter in nodes, rings across, all-gather in nodes",
                 hierarchical},
    AllReduceRow{"ring", "one ring over all ranks, 2 (n - 1) / n of the buffer from each", ring},
};

}  // namespace

std::span<const AllReduceRow> all_reduces() {
  return rows;
}

std::vector<Phase> all_reduce(std::string_view name, std::span<const std::int64_t> node_of) {
  if (name == "auto") {
    auto phases = hierarchical(node_of);
    return phases.empty() ? ring(node_of) : phases;
  }
  const AllReduceRow* row = find_row(all_reduces(), name);
  EXPECT(row != nullptr);
  return row->phases(node_of);
}

}  // namespace trainyard::collective
