// Single steps of a scenario's jobs.
#pragma once

#include <vector>

#include "measure/step_table.hpp"
#include "report/step_detail.hpp"
#include "scenario/scenario.hpp"
#include "simulate.hpp"
#include "step/rates.hpp"
#include "step/report.hpp"

namespace trainyard {

// The steps that the request asks for. Throws UsageError for a job or a variant that the scenario
// does not have, InputError where a job cannot run on the chips.
std::vector<scenario::StepJob> chosen_steps(const scenario::Scenario& scenario,
                                            const StepRequest& request);

// Fills in what the row's step is worth: its band and the weakest of the job's inputs.
void judge(const scenario::Scenario& scenario, const scenario::StepJob& job, measure::StepRow& row);

std::vector<measure::StepRow> play_steps(const scenario::Scenario& scenario,
                                         const std::vector<scenario::StepJob>& jobs,
                                         step::RateTable& rates);

struct DetailedSteps {
  std::vector<report::StepDetail> steps;
  std::vector<step::TraceEvent> trace;  // of the last step, where the request asks for a timeline
};

// The same in detail, and with faster parts where the request asks to explain.
DetailedSteps play_in_detail(const scenario::Scenario& scenario,
                             const std::vector<scenario::StepJob>& jobs,
                             const StepRequest& request);

}  // namespace trainyard
