// What breaks, when, whom it hits, and how it is put right: draws failures for the chips that have
// power, interrupts runs, and sends nodes to repair.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "fleet/hazard.hpp"
#include "fleet/runs.hpp"
#include "fleet/scene.hpp"

namespace trainyard::fleet {

class Breakage {
 public:
  Breakage(Scene& scene, Runs& runs);

  // The next failures, given the chips that now have power. Call when these have changed.
  void expose();

  // Events by their ids.
  void breakdown(std::size_t hazard);
  void noticed(std::size_t incident);
  void repaired(std::size_t repair);

 private:
  // Of a lot's nodes: all exponential causes together, or one that ages. Or of a site.
  struct Source {
    Hazard hazard;
    std::size_t lot = none;
    std::size_t site = none;
    std::vector<std::size_t> causes;
    double units = 0;
    Instant planned = never;
  };
  struct Node {
    std::size_t pool = 0;
    std::int64_t number = 0;
    std::size_t lot = none;  // that it had better count with
  };
  // A failure that nobody has noticed yet.
  struct Incident {
    std::size_t cause = 0;
    std::size_t job = none;
    std::vector<Node> nodes;
    double repair = 0;  // draw
    double sound = 0;   // silent: work that was saved before
  };
  struct Repair {
    Node node;
    Seconds takes;
  };

  void add_sources();
  void expose(Source& source, double units);
  [[nodiscard]] double units(const Source& source) const;
  [[nodiscard]] double units_of(const Cause& cause, std::size_t lot) const;
  [[nodiscard]] std::size_t pick_cause(const Source& source) const;
  [[nodiscard]] std::vector<Node> hit(const Source& source, const Cause& cause) const;
  [[nodiscard]] std::vector<Node> all_of(std::size_t pool, std::int64_t first, std::int64_t count,
                                         std::size_t lot) const;
  void strike(const Source& source, std::size_t cause, std::size_t job, std::vector<Node> nodes);
  void count(const Source& source, std::size_t cause, std::size_t job, std::int64_t nodes);
  void recover(Incident& incident, Ending ending);
  void send_to_repair(const std::vector<Node>& nodes, std::size_t cause, double draw);
  void begin_repair(std::size_t site);

  Scene& scene_;
  Runs& runs_;
  std::vector<Source> sources_;
  std::vector<std::vector<std::size_t>> of_lot_;  // sources
  std::vector<std::vector<std::size_t>> of_site_;
  std::vector<Incident> incidents_;
  std::vector<Repair> repairs_;
  std::vector<std::int64_t> crews_busy_;          // by site
  std::vector<std::deque<std::size_t>> waiting_;  // repairs by site
};

}  // namespace trainyard::fleet
