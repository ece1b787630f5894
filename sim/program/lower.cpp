#include "program/lower.hpp"

#include "base/check.hpp"
#include "program/exchanges.hpp"
#include "program/roles.hpp"
#include "program/symmetry.hpp"
#include "program/wiring.hpp"

namespace trainyard::program {

Program lower(const model::Model& model, const parallelism::Plan& plan,
              const hardware::Cluster& cluster, Folding folding) {
  EXPECT(plan.ranks() <= cluster.accelerators());
  Program program;
  Exchanges exchanges(plan, cluster);
  add_roles(model, plan, cluster, exchanges, program);
  const Symmetry alike =
      folding == Folding::off ? no_symmetry(plan) : symmetry(plan, cluster, exchanges);
  wire(plan, cluster, exchanges, alike, program);
  return program;
}

}  // namespace trainyard::program
