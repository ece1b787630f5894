// Jobs on several kinds of nodes or at several sites, whose members hold chips each for itself: who
// of them trains, at whose pace, over what is left of the links between them, and when they are
// done.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "fleet/runs.hpp"
#include "fleet/scene.hpp"
#include "fleet/wan.hpp"

namespace trainyard::fleet {

class Teams {
 public:
  Teams(Scene& scene, Runs& runs, Wan& wan);

  // Whether a member that starts now has enough others beside it: those that run, and those that
  // could. True of jobs that are in no team.
  [[nodiscard]] bool may_start(std::size_t job) const;
  // At the end of a moment: every member goes on at the pace of those that train, or waits.
  void settle();
  // An end that settle() had planned has come: whether all work is done. Members are then to be
  // finished or withdrawn.
  [[nodiscard]] bool done(std::size_t team);

 private:
  struct State {
    std::optional<Answers::Training> training;  // none: too few train
    std::int64_t planned = -1;                  // event of its end
    Instant ends = never;
    bool streams = false;
  };

  [[nodiscard]] std::size_t training_set(std::size_t team) const;
  [[nodiscard]] std::optional<std::size_t> allowed(std::size_t team, std::size_t set) const;
  [[nodiscard]] double clock(std::size_t team, std::size_t set) const;
  [[nodiscard]] std::vector<std::size_t> sites(std::size_t team, std::size_t set) const;
  void stream(std::size_t team);
  [[nodiscard]] double open_share(std::size_t team) const;
  void begin_together(std::size_t team);
  void pace(std::size_t team);
  void plan_end(std::size_t team);
  [[nodiscard]] bool over(std::size_t team) const;
  [[nodiscard]] std::size_t key(const Team& team, std::size_t branch) const;

  Scene& scene_;
  Runs& runs_;
  Wan& wan_;
  std::vector<State> states_;  // [teams]
};

}  // namespace trainyard::fleet
