#include "program/benchmark.hpp"

#include "base/check.hpp"
#include "program/exchanges.hpp"
#include "program/stage.hpp"
#include "program/symmetry.hpp"
#include "program/wiring.hpp"

namespace trainyard::program {

Program lower_collective(collective::Operation operation, Bytes buffer,
                         const parallelism::Plan& plan, const hardware::Cluster& cluster,
                         Folding folding) {
  EXPECT(plan.tensor() == 1 && plan.pipeline() == 1 && plan.ranks() <= cluster.accelerators());
  Program program;
  const std::vector<parallelism::Plan> own{plan};
  std::vector<Exchanges> all;
  Exchanges& exchanges = all.emplace_back(own.front(), cluster, first_exchange_lane(plan.request));
  program.labels = {"", "collective"};
  Role& role = program.roles.emplace_back();
  role.name = "collective";
  if (plan.peers() > 1) {
    const std::int32_t pattern = exchanges.pattern(Channel::gradients, operation, buffer);
    role.instructions = {{.amount = buffer.value(),
                          .index = pattern,
                          .verb = Verb::exchange,
                          .activity = Activity::gradient_wait},
                         {.index = static_cast<std::int32_t>(Channel::gradients),
                          .verb = Verb::join,
                          .activity = Activity::gradient_wait}};
  }
  role.bodies = {{0, static_cast<std::int32_t>(role.instructions.size()), 1}};
  role.calls = {0};
  role.micro_batches = {-1};
  const Symmetry alike =
      folding == Folding::off ? no_symmetry(plan) : symmetry(plan, cluster, exchanges);
  wire({one_section(plan), own, all, hardware::Footprint(cluster)}, alike, program);
  return program;
}

}  // namespace trainyard::program
