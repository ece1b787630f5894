// The names along a result's axes, over all variants: sites, accelerators, owners, jobs in order of
// first appearance.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "fleet/world.hpp"

namespace trainyard::measure {

class NameList {
 public:
  void add(const std::string& name);
  [[nodiscard]] std::size_t index(const std::string& name) const;  // must be known
  [[nodiscard]] const std::vector<std::string>& all() const { return names_; }
  [[nodiscard]] std::size_t size() const { return names_.size(); }

 private:
  std::vector<std::string> names_;
};

struct Names {
  NameList variants;
  NameList sites;
  NameList accelerators;  // of all deliveries
  NameList owners;
  NameList jobs;
};

Names names(std::span<const fleet::World> worlds);

}  // namespace trainyard::measure
