#include "program/lower.hpp"

#include "base/check.hpp"
#include "program/exchanges.hpp"
#include "program/labels.hpp"
#include "program/roles.hpp"
#include "program/stage.hpp"
#include "program/symmetry.hpp"
#include "program/wiring.hpp"

namespace trainyard::program {

Program lower(const model::Model& model, const parallelism::Plan& plan,
              const hardware::Cluster& cluster, Folding folding) {
  return lower(model, one_section(plan), hardware::Footprint(cluster), folding);
}

Program lower(const model::Model& model, const Sections& sections,
              const hardware::Footprint& footprint, Folding folding, Notes notes) {
  Program program;
  Labels labels(program.labels);
  std::vector<parallelism::Plan> own;
  for (const Section& section : sections) own.push_back(section.own());
  std::vector<Exchanges> exchanges;
  std::int32_t lane = first_exchange_lane(sections.front().plan.request);
  std::int32_t pattern = 0;
  for (std::size_t s = 0; s < sections.size(); ++s) {
    const hardware::Cluster& cluster = footprint.cluster(sections[s].part);
    EXPECT(own[s].ranks() <= cluster.accelerators());
    Exchanges& added = exchanges.emplace_back(own[s], cluster, lane, pattern);
    add_roles(model, sections[s], cluster, added, labels, notes, program);
    lane += static_cast<std::int32_t>(added.lanes().size());
    pattern += static_cast<std::int32_t>(added.patterns().size());
  }
  const bool fold = folding != Folding::off && sections.size() == 1;
  const Symmetry alike = fold ? symmetry(own.front(), footprint.cluster(0), exchanges.front())
                              : no_symmetry(own.front());
  wire({sections, own, exchanges, footprint}, alike, program);
  return program;
}

}  // namespace trainyard::program
