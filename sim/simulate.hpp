// The verbs of the simulator, for programs and for the command line alike.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/dataset.hpp"
#include "measure/step_table.hpp"
#include "report/step_detail.hpp"
#include "scenario/scenario.hpp"
#include "step/answer.hpp"

namespace trainyard {

struct RunRequest {
  scenario::Request scenario;
  std::vector<std::string> platforms;  // folders of platform files
  std::string result;                  // path of the HDF5 file
  int processes = 1;                   // steps and replicas played at once
  int replicas = 1;                    // with seeds of their own, the first is the scenario's
  std::string schedule;                // path of a CSV of all jobs; "" for none
  // Told what is being done, e.g. "playing 12 steps".
  std::function<void(const std::string&)> tell = [](const std::string&) {};
};

// What a run leaves besides its file.
struct RunResult {
  std::string title;
  Dataset dataset;
  std::string baseline;
  std::vector<measure::StepRow> steps;  // of a scenario without horizon
};

// Reads, plays, measures, writes. Throws InputError, FileError, WriteError.
RunResult run(const RunRequest& request);

// One step for each of the scenario's jobs, or for the one named, on the chips the scenario gives
// it or on `chips`.
struct StepRequest {
  scenario::Request scenario;
  std::vector<std::string> platforms;
  std::string job;         // "" for all
  std::string variant;     // "" for all
  std::int64_t chips = 0;  // 0: as many as the scenario ever gives the job
  int processes = 1;
  step::Options options;                // the seed is the scenario's
  bool explain = false;                 // play what faster parts would give, too
  std::optional<std::string> timeline;  // path of a trace of the only step chosen
};
// Throws as run() does, and UsageError where the timeline is asked of several steps.
std::vector<report::StepDetail> run_steps(const StepRequest& request);

}  // namespace trainyard
