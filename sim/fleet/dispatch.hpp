// The life of a fleet, event by event: hands power to chips and chips to jobs. Waiting jobs are
// served by priority, then arrival, then the order written; jobs that take all chips get what is
// left at their turn and grow at their next checkpoint.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "engine/timeline.hpp"
#include "fleet/history.hpp"
#include "fleet/world.hpp"
#include "fleet/yard.hpp"
#include "step/rates.hpp"

namespace trainyard::fleet {

class Dispatch final : public engine::Listener {
 public:
  Dispatch(const World& world, const std::vector<step::Task>& tasks, step::Rates& rates);

  // Puts everything known in advance on the timeline.
  void plan(engine::Timeline& timeline) const;
  void happened(Instant time, std::span<const engine::Event> events,
                engine::Timeline& timeline) override;
  // Closes what is open at the end of the horizon.
  History finish() &&;

 private:
  // At equal times: power first, then what frees chips, then what wants them.
  enum Kind : std::int32_t { limit, arrival, installation_end, job_end, job_start, checkpoint };

  struct Run {
    std::vector<std::int64_t> held;  // nodes by pool
    std::int64_t nodes = 0;
    std::int64_t version = 0;  // events of older versions are void
    double rate = 0;           // samples a second
    double samples_at_start = 0;
    bool checkpoint_planned = false;
    bool waiting = false;
    bool running = false;
    std::size_t allocation = 0;
  };

  void handle(const engine::Event& event);
  void supply_power(engine::Timeline& timeline);
  void take_back();
  void serve(engine::Timeline& timeline);
  void plan_growth(engine::Timeline& timeline);
  void grow(std::size_t job, engine::Timeline& timeline);

  [[nodiscard]] bool may_use(std::size_t job, const Pool& pool) const;
  [[nodiscard]] std::int64_t idle_nodes(std::size_t job) const;
  [[nodiscard]] std::int64_t wanted_nodes(std::size_t job) const;
  bool start(std::size_t job, std::int64_t nodes, engine::Timeline& timeline);
  void stop(std::size_t job);
  void hold(std::size_t job, std::int64_t nodes, std::int64_t ranks);
  void release(std::size_t job);
  [[nodiscard]] double samples_now(std::size_t job) const;
  [[nodiscard]] double samples_at_checkpoint(std::size_t job) const;
  [[nodiscard]] Instant next_checkpoint(std::size_t job) const;
  std::size_t answer_for(std::size_t job, std::int64_t nodes);
  void record();

  const World& world_;
  const std::vector<step::Task>& tasks_;
  step::Rates& rates_;
  Yard yard_;
  std::vector<std::size_t> by_priority_;  // jobs, the first is served first
  std::vector<Run> runs_;
  std::set<std::size_t> grow_due_;
  std::vector<ChipChange> last_chips_;
  std::vector<PowerChange> last_power_;
  Instant now_;
  History history_;
};

}  // namespace trainyard::fleet
