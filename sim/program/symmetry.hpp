// Which ranks are alike at sight, so that they need not even be listed: exchanging whole blocks of
// a fabric and the rails of every node, together with the replicas and tensor places on them,
// leaves a step as it is. One rank of each orbit is kept; refinement (fold.hpp) goes on from there.
#pragma once

#include <cstdint>
#include <vector>

#include "hardware/cluster.hpp"
#include "parallelism/plan.hpp"
#include "program/exchanges.hpp"

namespace trainyard::program {

struct Symmetry {
  std::int64_t tensors = 1;  // tensor places kept, from 0 on: all of them, or one
  std::int64_t peers = 1;    // peers kept, from 0 on
  double copies = 1;         // ranks that a kept one stands for, itself included

  [[nodiscard]] parallelism::Coordinate kept(parallelism::Coordinate at) const {
    return {at.tensor % tensors, at.peer % peers, at.stage};
  }
  // The link of a kept place that `link` is alike.
  [[nodiscard]] LinkId kept(const hardware::Cluster& cluster, LinkId link) const;
  // How many links are alike it, itself included.
  [[nodiscard]] double copies_of(const hardware::Cluster& cluster, LinkId link) const;

  std::int64_t turns = 1;  // of the tensor places before each is back
  // Empty where nothing is alike. Shapes [nodes], [accelerators of a node].
  std::vector<std::int64_t> kept_node;
  std::vector<std::int64_t> next_node;  // one step of the rotation of replicas
  std::vector<std::int64_t> next_port;  // one step of that of tensor places
  std::vector<std::int64_t> same_node;
  std::vector<std::int64_t> same_port;
};

// Every rank its own.
Symmetry no_symmetry(const parallelism::Plan& plan);

Symmetry symmetry(const parallelism::Plan& plan, const hardware::Cluster& cluster,
                  const Exchanges& exchanges);

}  // namespace trainyard::program
