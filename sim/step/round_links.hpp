// Links that flows between branches cross: interfaces of each learner, its streams, ports of sites
// and lanes of the wide area. A round (round.hpp) and an asynchronous course share them.
#pragma once

#include <cstdint>
#include <vector>

#include "hardware/wan_routes.hpp"
#include "program/play.hpp"
#include "step/round.hpp"

namespace trainyard::step {

class RoundLinks {
 public:
  // The round must live as long.
  explicit RoundLinks(const Round& round);

  // The flow of a learner to another. Streams are links of the flow: each call adds its own.
  program::FlowClass between(std::size_t from, std::size_t to);
  // The flow of a learner to what stands at a site and has all the interfaces that it needs, and
  // back.
  program::FlowClass up(std::size_t learner, std::size_t site);
  program::FlowClass down(std::size_t learner, std::size_t site);

  [[nodiscard]] const std::vector<BytesPerSecond>& capacity() const { return capacity_; }

 private:
  std::int32_t add(BytesPerSecond bandwidth);
  struct Way {
    std::size_t from = 0;
    std::size_t to = 0;
    double streams = 1;
  };
  void long_haul(const Way& way, program::FlowClass& flow);

  const Round& round_;
  hardware::WanRoutes routes_;
  std::vector<BytesPerSecond> capacity_;
  std::vector<std::int32_t> out_;    // of each learner
  std::vector<std::int32_t> in_;     // of each learner
  std::vector<std::int32_t> ports_;  // 2 each site, none without a limit
  std::vector<std::int32_t> lanes_;
};

}  // namespace trainyard::step
