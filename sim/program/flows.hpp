// Flows put into a program, with the links that they cross.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>

#include "hardware/footprint.hpp"
#include "program/program.hpp"

namespace trainyard::program {

class Flows {
 public:
  Flows(const hardware::Footprint& footprint, Program& program)
      : footprint_(footprint), program_(program) {}

  // Index into Program::links of a link that stands for so many alike.
  std::int32_t link(LinkId id, double copies);

  // A flow is begun, crosses links, more than one route where it goes to several ranks or comes
  // from several, and is sealed before the next one begins.
  [[nodiscard]] Flow begin(std::int32_t src, std::int32_t dst) const;
  // `links`: indices into Program::links of one route, whose messages take `latency`.
  void cross(Flow& flow, std::span<const std::int32_t> links, Seconds latency);
  // Index of the flow.
  std::int32_t seal(Flow flow, std::int32_t lane);

 private:
  const hardware::Footprint& footprint_;
  Program& program_;
  std::unordered_map<std::int64_t, std::int32_t> known_;
  std::unordered_map<std::string_view, std::int32_t> kinds_;
};

}  // namespace trainyard::program
