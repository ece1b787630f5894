// Lowered examples, for the tests of this folder.
#pragma once

#include <vector>

#include "hardware/cluster.hpp"
#include "program/fold.hpp"
#include "program/lower.hpp"
#include "support/examples.hpp"

namespace trainyard::program {

struct Lowered {
  hardware::Cluster cluster;
  parallelism::Plan plan;
  Program program;
  std::vector<double> bandwidth;
};

inline Lowered lowered(const model::Model& model, const hardware::Node& node, std::int64_t nodes,
                       const parallelism::Request& request) {
  hardware::Cluster cluster(node, nodes);
  const auto plan = parallelism::fill(request, cluster.accelerators());
  Program program = lower(model, plan.value(), cluster);
  std::vector<double> bandwidth;
  for (std::int64_t i = 0; i < cluster.links(); ++i) {
    bandwidth.push_back(cluster.link(LinkId(i)).bandwidth.value());
  }
  return {std::move(cluster), *plan, std::move(program), std::move(bandwidth)};
}

// Symmetric ones, ragged ones, both orders, both node kinds.
inline std::vector<Lowered> examples_of_all_kinds() {
  using parallelism::Order;
  std::vector<Lowered> all;
  for (const Order order : {Order::tensor_data_pipeline, Order::tensor_pipeline_data}) {
    for (const std::int64_t nodes : {1, 3, 5}) {
      for (const auto& [tensor, pipeline] : {std::pair{1, 1}, {2, 3}, {8, 1}, {4, 2}, {1, 8}}) {
        auto request = examples::request(tensor, pipeline, 4);
        request.order = order;
        all.push_back(
            lowered(examples::small_language(), examples::dgx_h100(2, 3), nodes, request));
      }
    }
    auto request = examples::request(5, 4, 4);
    request.order = order;
    all.push_back(lowered(examples::small_video(), examples::dojo_tray(), 2, request));
  }
  return all;
}

}  // namespace trainyard::program
