// The names along a result's axes, over all variants: sites, accelerators, owners, jobs, links and
// causes in order of first appearance. And where the things of each world stand along them.
#pragma once

#include <span>
#include <string>
#include <unordered_map>
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
  std::unordered_map<std::string, std::size_t> places_;  // for looking up only
};

// Positions along the axes, by index in the world; fleet::none where a thing is on no axis.
struct Places {
  std::vector<std::size_t> sites;
  std::vector<std::size_t> accelerators;  // by kind of node
  std::vector<std::size_t> owners;
  std::vector<std::size_t> jobs;
  std::vector<std::size_t> links;
  std::vector<std::size_t> causes;
  std::vector<std::size_t> components;  // by cause
};

struct Names {
  NameList variants;
  NameList sites;
  NameList accelerators;  // of all deliveries and jobs
  NameList owners;
  NameList jobs;  // named ones, not those of workloads
  NameList workloads;
  NameList links;
  NameList causes;
  NameList components;         // of causes
  std::vector<Places> places;  // [worlds]
};

Names names(std::span<const fleet::World> worlds);

}  // namespace trainyard::measure
