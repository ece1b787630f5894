// When jobs are ready to queue, and where: at their date, after their predecessors, and at a site
// once their data and what predecessors hand over have arrived there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "fleet/runs.hpp"
#include "fleet/scene.hpp"
#include "fleet/wan.hpp"

namespace trainyard::fleet {

class Submissions {
 public:
  Submissions(Scene& scene, Runs& runs, Wan& wan);

  // The job's date has come; a predecessor has finished.
  void dated(std::size_t job);
  void finished(std::size_t job);
  // Transfers of these numbers have ended.
  void delivered(const std::vector<std::size_t>& transfers);

  // Jobs that may queue from now on, or may queue at more sites than before.
  std::vector<std::size_t> take_ready() { return std::exchange(ready_, {}); }

 private:
  void submit_if_due(std::size_t job);
  // Begins what has to come to the site; how many transfers.
  std::int64_t stage(std::size_t job, std::size_t site);
  void open_site(std::size_t job, std::size_t site);

  Scene& scene_;
  Runs& runs_;
  Wan& wan_;
  std::vector<bool> dated_;
  std::vector<std::int64_t> predecessors_left_;
  std::map<std::size_t, std::vector<std::size_t>> successors_;
  std::map<std::pair<std::size_t, std::size_t>, std::int64_t> on_the_way_;  // by (job, site)
  std::map<std::size_t, std::pair<std::size_t, std::size_t>> for_whom_;     // transfer -> the same
  std::vector<std::size_t> ready_;
};

}  // namespace trainyard::fleet
