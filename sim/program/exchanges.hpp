// The exchanges that a step needs, gathered while its roles are built: which algorithm does each,
// in which phases, on which lanes.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "collective/collective.hpp"
#include "collective/in_node.hpp"
#include "hardware/cluster.hpp"
#include "parallelism/plan.hpp"
#include "program/channel.hpp"
#include "program/program.hpp"

namespace trainyard::program {

// What is sent on an exchange lane: one transfer of a phase, or all of the phase as one flow.
struct ExchangeLane {
  Channel channel = Channel::tensor;
  collective::Operation operation = collective::Operation::all_reduce;
  const collective::AlgorithmRow* algorithm = nullptr;
  std::size_t phase = 0;
  std::size_t transfer = 0;
  bool whole_phase = false;
  std::int32_t pattern = 0;
};

class Exchanges {
 public:
  // Of a section that is a pipeline by itself. Lanes and patterns are numbered from `first_lane`
  // and `first_pattern` on, after those of sections before.
  Exchanges(const parallelism::Plan& plan, const hardware::Cluster& cluster,
            std::int32_t first_lane, std::int32_t first_pattern = 0);

  // Number of the pattern by which the channel's groups exchange a buffer of this size. Tensor
  // groups, which fill their node, have a closed form unless every flow is asked for; its lines are
  // patterns of their own.
  std::int32_t pattern(Channel channel, collective::Operation operation, Bytes buffer);

  // How long the exchange takes where nothing else uses its links, by estimate.
  Seconds alone(Channel channel, collective::Operation operation, Bytes buffer);

  [[nodiscard]] const std::vector<Pattern>& patterns() const { return patterns_; }
  [[nodiscard]] const Pattern& at(std::int32_t number) const {
    return patterns_[static_cast<std::size_t>(number - first_pattern_)];
  }
  [[nodiscard]] const std::vector<ExchangeLane>& lanes() const { return lanes_; }
  [[nodiscard]] std::int32_t first_lane() const { return first_lane_; }
  // Whether some pattern of the channel is played as flows.
  [[nodiscard]] bool played(Channel channel) const;
  // Whether rotating the members of its groups by whole nodes changes none of its flows.
  [[nodiscard]] bool rotates(Channel channel) const;
  [[nodiscard]] collective::Group group(Channel channel, parallelism::Coordinate at,
                                        std::vector<std::int64_t>& nodes) const;

 private:
  // The last: which line of a closed form.
  using Key =
      std::tuple<Channel, collective::Operation, const collective::AlgorithmRow*, std::ptrdiff_t>;

  const collective::AlgorithmRow& algorithm(Channel channel, collective::Operation operation,
                                            Bytes buffer);
  [[nodiscard]] std::string asked(Channel channel) const;
  [[nodiscard]] bool fits_all(const collective::AlgorithmRow& row, Channel channel,
                              collective::Operation operation) const;
  std::int32_t closed(collective::Operation operation, Bytes buffer);
  Pattern played(const Key& key);
  std::vector<Part> parts(const Key& key, std::size_t number, const collective::Phase& phase);
  Part part(const Key& key, std::size_t phase, std::size_t transfer, bool whole);

  const parallelism::Plan& plan_;
  const hardware::Cluster& cluster_;
  std::int32_t first_lane_;
  std::int32_t first_pattern_;
  std::map<collective::Operation, collective::Lines> lines_;  // closed forms
  std::map<Key, std::int32_t> known_;
  std::map<std::tuple<Channel, collective::Operation, double>, std::int32_t> by_size_;
  std::map<std::tuple<Channel, collective::Operation, double>, Seconds> alone_;
  std::vector<Pattern> patterns_;
  std::vector<ExchangeLane> lanes_;
};

}  // namespace trainyard::program
