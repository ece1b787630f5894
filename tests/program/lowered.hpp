// Lowered examples, for the tests of this folder.
#pragma once

#include <utility>
#include <vector>

#include "hardware/cluster.hpp"
#include "program/channel.hpp"
#include "program/fold.hpp"
#include "program/lower.hpp"
#include "support/examples.hpp"

namespace trainyard::program {

struct Lowered {
  hardware::Cluster cluster;
  parallelism::Plan plan;
  Program program;
};

inline Lowered lowered(const model::Model& model, const hardware::Node& node, std::int64_t nodes,
                       const parallelism::Request& request, Folding folding = Folding::off) {
  hardware::Cluster cluster(node, nodes);
  const auto plan = parallelism::fill(request, cluster.accelerators());
  Program program = lower(model, plan.value(), cluster, folding);
  return {std::move(cluster), *plan, std::move(program)};
}

// What a rank of the role does in a step, one instruction after the other.
inline std::vector<Instruction> step_of(const Role& role) {
  std::vector<Instruction> all;
  for (const std::int32_t call : role.calls) {
    const Body& body = role.bodies[static_cast<std::size_t>(call)];
    all.insert(all.end(), role.instructions.begin() + body.begin,
               role.instructions.begin() + body.end);
  }
  return all;
}

// Index of a channel, as in groups and joins.
inline std::size_t at(Channel channel) {
  return static_cast<std::size_t>(channel);
}

// Symmetric ones, ragged ones, both orders, both node kinds, every dimension.
inline std::vector<Lowered> examples_of_all_kinds(Folding folding = Folding::off) {
  using parallelism::Order;
  std::vector<Lowered> all;
  for (const Order order : {Order::tensor_data_pipeline, Order::tensor_pipeline_data}) {
    for (const std::int64_t nodes : {1, 3, 5}) {
      for (const auto& [tensor, pipeline] : {std::pair{1, 1}, {2, 3}, {8, 1}, {4, 2}, {1, 8}}) {
        auto request = examples::request(tensor, pipeline, 4);
        request.order = order;
        all.push_back(
            lowered(examples::small_language(), examples::dgx_h100(2, 3), nodes, request, folding));
      }
    }
    auto request = examples::request(5, 4, 4);
    request.order = order;
    all.push_back(lowered(examples::small_video(), examples::dojo_tray(), 2, request, folding));
    request = examples::many_dimensions();
    request.order = order;
    all.push_back(
        lowered(examples::small_mixture(), examples::dgx_h100(2, 3), 2, request, folding));
    request.data = 4;
    request.detail = parallelism::Detail::flows;
    all.push_back(
        lowered(examples::small_mixture(), examples::dgx_h100(2, 3), 4, request, folding));
  }
  return all;
}

}  // namespace trainyard::program
