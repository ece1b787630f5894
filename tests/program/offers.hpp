// Roles built on their own, and the exchanges that they offer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "pipeline/schedule.hpp"
#include "program/exchanges.hpp"
#include "program/lowered.hpp"
#include "program/roles.hpp"
#include "program/stage.hpp"

namespace trainyard::program {

struct Offer {
  Channel channel = Channel::gradients;
  collective::Operation operation = collective::Operation::all_reduce;
  double bytes = 0;
};

struct Built {
  parallelism::Plan plan;
  Program program;
  // Of each pattern that is played as flows.
  std::vector<collective::Operation> operations;

  [[nodiscard]] const Role& role(std::size_t stage) const { return program.roles.at(stage); }

  // What a rank of the stage offers on the channel in a step, in order.
  [[nodiscard]] std::vector<Offer> offers(std::size_t stage, Channel channel) const {
    std::vector<Offer> all;
    for (const Instruction& instruction : step_of(role(stage))) {
      if (instruction.verb != Verb::exchange) continue;
      const auto pattern = static_cast<std::size_t>(instruction.index);
      if (program.patterns[pattern].channel != static_cast<std::int32_t>(channel)) continue;
      all.push_back({channel, operations[pattern], instruction.amount});
    }
    return all;
  }
};

inline Built built(const model::Model& model, const parallelism::Request& request,
                   std::int64_t nodes = 1) {
  const hardware::Cluster cluster(examples::dgx_h100(), nodes);
  Built built{.plan = parallelism::fill(request, cluster.accelerators()).value()};
  Exchanges exchanges(built.plan, cluster, first_exchange_lane(request));
  Labels labels(built.program.labels);
  add_roles(model, one_section(built.plan).front(), cluster, exchanges, labels, Notes::off,
            built.program);
  built.program.patterns = exchanges.patterns();
  built.operations.resize(built.program.patterns.size());
  for (const ExchangeLane& lane : exchanges.lanes()) {
    built.operations[static_cast<std::size_t>(lane.pattern)] = lane.operation;
  }
  return built;
}

inline double bytes(const std::vector<Offer>& offers, collective::Operation operation) {
  double sum = 0;
  for (const Offer& offer : offers) sum += offer.operation == operation ? offer.bytes : 0;
  return sum;
}
inline double bytes(const std::vector<Offer>& offers) {
  double sum = 0;
  for (const Offer& offer : offers) sum += offer.bytes;
  return sum;
}

inline std::int64_t count(const std::vector<Instruction>& step, Verb verb, std::int32_t index) {
  return std::count_if(step.begin(), step.end(), [&](const Instruction& instruction) {
    return instruction.verb == verb && instruction.index == index;
  });
}

// Schedules, each for a request that it does not object to.
inline std::vector<parallelism::Request> requests_of_all_schedules(std::int64_t tensor,
                                                                   std::int64_t stages) {
  std::vector<parallelism::Request> all;
  for (const auto& row : pipeline::schedules()) {
    auto request = examples::request(tensor, stages, 2 * stages);
    request.schedule = row.name;
    request.chunks = pipeline::chunks(row.layout, 2);
    all.push_back(request);
  }
  return all;
}

}  // namespace trainyard::program
