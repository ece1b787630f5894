#include "measure/step_table.hpp"

#include <cmath>

#include "measure/column.hpp"
#include "measure/cube.hpp"

namespace trainyard::measure {
namespace {

constexpr const char* axis = "step";

void add_plan(const std::vector<StepRow>& rows, Dataset& dataset) {
  const auto count = [&](const char* name, const char* description,
                         std::int64_t (*value)(const StepRow&)) {
    dataset.variables.push_back(column<std::int64_t>(axis, name, description, "1", rows, value));
  };
  count("step_chips", "accelerators given to the job",
        [](const StepRow& row) { return row.chips; });
  count("step_left_over", "of these, not usable by the plan",
        [](const StepRow& row) { return row.answer.left_over; });
  count("step_tensor", "tensor-parallel degree",
        [](const StepRow& row) { return row.answer.tensor; });
  count("step_context", "context-parallel degree",
        [](const StepRow& row) { return row.answer.context; });
  count("step_pipeline", "pipeline stages", [](const StepRow& row) { return row.answer.pipeline; });
  count("step_data", "data-parallel replicas", [](const StepRow& row) { return row.answer.data; });
  count("step_expert", "expert-parallel degree",
        [](const StepRow& row) { return row.answer.expert; });
  count("step_micro_batches", "micro-batches of a replica in a step",
        [](const StepRow& row) { return row.answer.micro_batches; });
  count("step_branches", "parts of the job that each train a copy of the model",
        [](const StepRow& row) { return row.answer.branches; });
  count("step_exact",
        "1 where folding like ranks changes nothing, 0 where it is a close approximation",
        [](const StepRow& row) { return std::int64_t{row.answer.exact ? 1 : 0}; });
}

// Of a collective that takes no time, or on chips whose peak is not known, there is no utilisation.
double finite(double utilisation) {
  return std::isfinite(utilisation) ? utilisation : 0;
}

// Adds a column of real numbers.
class Reals {
 public:
  Reals(const std::vector<StepRow>& rows, Dataset& dataset) : rows_(rows), dataset_(dataset) {}
  void operator()(const char* name, const char* description, const char* unit,
                  double (*value)(const StepRow&)) const {
    dataset_.variables.push_back(column<double>(axis, name, description, unit, rows_, value));
  }

 private:
  const std::vector<StepRow>& rows_;
  Dataset& dataset_;
};

void add_measures(const std::vector<StepRow>& rows, Dataset& dataset) {
  const Reals real(rows, dataset);
  real("step_duration", "time of one training step", "s",
       [](const StepRow& row) { return row.answer.duration.value(); });
  real("step_clock", "clock of the accelerators, of the usual one", "1",
       [](const StepRow& row) { return row.clock; });
  real("step_slowest", "speed of the slowest node, of the usual one", "1",
       [](const StepRow& row) { return row.slowest; });
  real("step_samples", "samples of one step", "1",
       [](const StepRow& row) { return row.answer.samples; });
  real("step_tokens", "tokens of one step", "1",
       [](const StepRow& row) { return row.answer.tokens; });
  real("step_model_flop", "model FLOP of one step: three forward passes", "1",
       [](const StepRow& row) { return row.answer.model_work.value(); });
  real("step_hardware_flop", "the same with forward passes that are recomputed", "1",
       [](const StepRow& row) { return row.answer.hardware_work.value(); });
  real("step_mfu", "model FLOP/s over the dense peak of the working accelerators", "1",
       [](const StepRow& row) { return finite(row.answer.mfu); });
  real("step_hfu", "hardware FLOP/s over the dense peak of the working accelerators", "1",
       [](const StepRow& row) { return finite(row.answer.hfu); });
  real("step_worth",
       "compute of data-parallel training over that of this training, where both reach the same "
       "loss",
       "1", [](const StepRow& row) { return row.answer.worth; });
  real("step_best_batch",
       "tokens of a step with which training of its kind does best by the published law; 0: no law",
       "1", [](const StepRow& row) { return row.answer.best_batch; });
  real("step_staleness",
       "outer steps that others made, on average, while a branch's part was made; asynchronous "
       "branches only",
       "1", [](const StepRow& row) { return row.answer.staleness; });
  real("step_energy", "energy of the working nodes in one step", "J",
       [](const StepRow& row) { return row.answer.energy.value(); });
  real("step_scale_out", "bytes sent between nodes in one step", "byte",
       [](const StepRow& row) { return row.answer.scale_out.value(); });
}

void add_confidence(const std::vector<StepRow>& rows, Dataset& dataset) {
  const Reals real(rows, dataset);
  real("step_duration_low", "8 of 10 measured steps of the like took from this time", "s",
       [](const StepRow& row) { return row.answer.duration.value() * row.band.of.low; });
  real("step_duration_high", "to here", "s",
       [](const StepRow& row) { return row.answer.duration.value() * row.band.of.high; });
  const auto text = [&](const char* name, const char* description,
                        std::string (*value)(const StepRow&)) {
    dataset.variables.push_back(column<std::string>(axis, name, description, "", rows, value));
  };
  text("step_family", "measured steps that the band is from; empty: nothing measured, no band",
       [](const StepRow& row) { return row.band.family; });
  text("step_weakest_input", "mark of the least trusted figure that went into the step",
       [](const StepRow& row) { return row.weakest_input; });
  const auto count = [&](const char* name, const char* description,
                         std::int64_t (*value)(const StepRow&)) {
    dataset.variables.push_back(column<std::int64_t>(axis, name, description, "1", rows, value));
  };
  count("step_family_rows", "how many these are",
        [](const StepRow& row) { return row.band.of.rows; });
  count("step_extrapolated",
        "1 where nothing was measured of this chip with this software, or not as large",
        [](const StepRow& row) { return std::int64_t{row.band.extrapolated ? 1 : 0}; });
}

void add_memory(const std::vector<StepRow>& rows, Dataset& dataset) {
  const Reals real(rows, dataset);
  real("step_memory_parameters", "parameters of the fullest accelerator", "byte",
       [](const StepRow& row) { return row.answer.memory.parameters.value(); });
  real("step_memory_gradients", "gradients of the fullest accelerator", "byte",
       [](const StepRow& row) { return row.answer.memory.gradients.value(); });
  real("step_memory_optimizer", "optimizer states of the fullest accelerator", "byte",
       [](const StepRow& row) { return row.answer.memory.optimizer.value(); });
  real("step_memory_activations", "activations of the fullest accelerator", "byte",
       [](const StepRow& row) { return row.answer.memory.activations.value(); });
  real("step_memory_working", "of the layer being computed, on the fullest accelerator", "byte",
       [](const StepRow& row) { return row.answer.memory.working.value(); });
  real("step_memory_capacity", "memory usable by an accelerator, shared memory included", "byte",
       [](const StepRow& row) { return row.answer.capacity.value(); });
}

}  // namespace

void add_steps(const std::vector<StepRow>& rows, Dataset& dataset) {
  dataset.axes.push_back({axis, rows.size()});
  dataset.axes.push_back({"activity", program::activities});
  dataset.variables.push_back({.name = "activity",
                               .description = "what the time of a rank goes to",
                               .dimensions = {"activity"},
                               .values = std::vector<std::string>(program::activity_names.begin(),
                                                                  program::activity_names.end())});
  const auto text = [&](const char* name, const char* description,
                        std::string (*value)(const StepRow&)) {
    dataset.variables.push_back(column<std::string>(axis, name, description, "", rows, value));
  };
  text("step_variant", "variant in which it was played",
       [](const StepRow& row) { return row.variant; });
  text("step_job", "job whose step it is", [](const StepRow& row) { return row.job; });
  text("step_accelerator", "kind of accelerator",
       [](const StepRow& row) { return row.accelerator; });
  add_plan(rows, dataset);
  add_measures(rows, dataset);
  add_confidence(rows, dataset);
  add_memory(rows, dataset);
  Cube spent(
      {"step_time", "time of an average rank by what it goes to; sums to step_duration", "s"},
      {{axis, rows.size()}, {"activity", program::activities}});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t a = 0; a < program::activities; ++a) {
      spent.at({i, a}) = rows[i].answer.spent[a].value();
    }
  }
  dataset.variables.push_back(std::move(spent).variable());
}

}  // namespace trainyard::measure
