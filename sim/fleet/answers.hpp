// What the step scale says of the placements of a fleet's jobs, each asked once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>

#include "fleet/scene.hpp"

namespace trainyard::fleet {

class Answers {
 public:
  explicit Answers(Scene& scene) : scene_(scene) {}

  // Accelerators that the plan would use of so many nodes; 0: it does not run on them.
  std::int64_t ranks(std::size_t task, std::int64_t nodes);
  // The fewest nodes, at most `most`, that it runs on; none: it does not run on `most` either.
  std::optional<std::int64_t> fewest_nodes(std::size_t task, std::int64_t most);

  // Index into the history's answers. Requires ranks(task, nodes) > 0.
  std::size_t at(std::size_t job, std::size_t option, std::int64_t nodes, double clock = 1,
                 double slowest = 1);
  // The part of a team's member while the branches of `set` train, at this clock and share of the
  // links between sites. Requires a task for that set.
  struct Training {
    std::size_t set = 0;
    double clock = 1;
    double wan = 1;
    friend auto operator<=>(const Training&, const Training&) = default;
  };
  std::size_t of_member(const Team& team, const Member& member, const Training& training);
  // What a branch sends to the next one, on average.
  BytesPerSecond sent(const Team& team, const Training& training);
  // Samples a second.
  double rate(std::size_t job, std::size_t option, std::int64_t nodes);

 private:
  std::size_t of_all(const Team& team, std::size_t job);

  using Key = std::tuple<std::size_t, std::size_t, std::int64_t, double, double>;

  Scene& scene_;
  std::map<std::pair<std::size_t, std::int64_t>, std::int64_t> ranks_;
  std::map<Key, std::size_t> index_;
  std::map<std::pair<std::size_t, Training>, std::size_t> of_members_;  // by job
};

}  // namespace trainyard::fleet
