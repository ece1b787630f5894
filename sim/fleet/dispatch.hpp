// The life of a fleet, event by event: hands power to chips, and chips to jobs as the scheduling
// policy wants it. All events of a moment come at once; what frees chips is handled before what
// wants them, and the policy decides when all is known.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <vector>

#include "engine/timeline.hpp"
#include "fleet/breakage.hpp"
#include "fleet/history.hpp"
#include "fleet/runs.hpp"
#include "fleet/scene.hpp"
#include "fleet/submissions.hpp"
#include "fleet/teams.hpp"
#include "fleet/wan.hpp"
#include "fleet/world.hpp"
#include "scheduling/policy.hpp"
#include "step/rates.hpp"

namespace trainyard::fleet {

class Dispatch final : public engine::Listener, public scheduling::Floor {
 public:
  Dispatch(const World& world, const std::vector<step::Task>& tasks, step::Rates& rates);

  // Puts everything known in advance on the timeline.
  void plan(engine::Timeline& timeline);
  void happened(Instant time, std::span<const engine::Event> events,
                engine::Timeline& timeline) override;
  // Closes what is open at the end of the horizon.
  History finish(engine::Timeline& timeline) &&;

  // What policies see.
  [[nodiscard]] Instant now() const override { return scene_.now; }
  [[nodiscard]] std::size_t groups() const override { return runs_.groups(); }
  [[nodiscard]] std::int64_t ready(std::size_t group) const override { return runs_.ready(group); }
  [[nodiscard]] std::int64_t idle(std::size_t group) const override { return runs_.idle(group); }
  [[nodiscard]] std::span<const scheduling::Running> running() const override {
    return runs_.running();
  }
  [[nodiscard]] bool fits(const scheduling::Candidate& candidate,
                          const scheduling::Choice& choice) const override;
  [[nodiscard]] bool fits_without(const scheduling::Candidate& candidate,
                                  const scheduling::Choice& choice,
                                  std::span<const std::size_t> jobs) const override;
  bool start(const scheduling::Candidate& candidate, const scheduling::Choice& choice) override;
  void preempt(std::size_t job) override;

 private:
  // Who comes first where a growing job and a waiting one want the same: smaller ranks.
  using Rank = std::tuple<std::int64_t, Instant, std::size_t>;

  void plan_supply(engine::Timeline& timeline);
  void handle(const engine::Event& event);
  void change_supply(Kind kind, std::size_t index);
  void end_job(std::size_t job);
  void end_team(std::size_t team);
  void move(std::size_t move);

  // What follows from the events of a moment, in this order.
  void supply_power();
  void queue_ready();
  void queue_stopped();
  void serve();
  void grow(const std::set<Rank>& waiting);
  [[nodiscard]] Rank rank(std::size_t job) const;
  void plan_growth();
  void plan_look();
  void move_bytes();
  void watch_substations();
  void record();

  void replicate(std::size_t job);
  [[nodiscard]] std::int64_t nodes_with_idle(std::size_t job) const;
  [[nodiscard]] bool would_grow(std::size_t job);

  mutable Scene scene_;
  mutable Runs runs_;  // asking whether something fits may ask the step scale
  Wan wan_;
  Submissions submissions_;
  Breakage breakage_;
  Teams teams_;
  std::unique_ptr<scheduling::Policy> policy_;
  std::set<std::size_t> grow_due_;
  std::set<std::size_t> open_;  // running jobs that take all they can get
  std::set<Rank> waiting_;      // where there are jobs that grow
  std::set<std::size_t> replicating_;
  std::set<std::size_t> limits_changed_;         // sites
  std::vector<std::optional<Instant>> tripped_;  // by site
  std::vector<PowerChange> last_power_;
  std::vector<ChipChange> last_chips_;
  bool any_grows_;
  std::optional<Instant> look_;
  Instant bytes_due_ = never;
  bool wanted_ = true;  // something wants chips, or some came free
};

}  // namespace trainyard::fleet
