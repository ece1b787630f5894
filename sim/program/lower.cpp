#include "program/lower.hpp"

#include "base/check.hpp"
#include "program/roles.hpp"
#include "program/wiring.hpp"

namespace trainyard::program {

Program lower(const model::Model& model, const parallelism::Plan& plan,
              const hardware::Cluster& cluster) {
  EXPECT(plan.ranks() <= cluster.accelerators());
  Program program;
  program.roles = roles(model, plan, cluster);
  wire(plan, cluster, program);
  return program;
}

}  // namespace trainyard::program
