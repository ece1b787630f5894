#include "measure/step_table.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/tables.hpp"

namespace trainyard::measure {
namespace {

using support::counts;
using support::reals;
using support::texts;

StepRow row() {
  step::Answer answer;
  answer.duration = Seconds(2);
  for (std::size_t a = 0; a < program::activities; ++a) {
    answer.spent[a] = Seconds(0.1 * static_cast<double>(a));
  }
  answer.tensor = 8;
  answer.context = 2;
  answer.expert = 16;
  answer.pipeline = 4;
  answer.data = 3;
  answer.micro_batches = 16;
  answer.ranks = 96;
  answer.left_over = 4;
  answer.samples = 48;
  answer.tokens = 98304;
  answer.model_work = Flops(1e15);
  answer.hardware_work = Flops(1.25e15);
  answer.energy = Joules(6e6);
  answer.memory = {.parameters = Bytes(1),
                   .gradients = Bytes(2),
                   .optimizer = Bytes(3),
                   .activations = Bytes(40),
                   .working = Bytes(5)};
  answer.capacity = Bytes(80e9);
  answer.scale_out = Bytes(7e9);
  answer.mfu = 0.4;
  answer.hfu = 0.5;
  return {.variant = "keep",
          .job = "fsd",
          .accelerator = "h100_sxm",
          .chips = 100,
          .answer = answer,
          .band = {.family = "h100_sxm/mlperf_nemo",
                   .of = {.rows = 12, .low = 0.75, .middle = 1, .high = 1.5, .largest = 512},
                   .extrapolated = false},
          .weakest_input = "secondary",
          .clock = 0.9,
          .slowest = 0.5};
}

}  // namespace

TEST_CASE("a step is a row: plan, time, work, memory, traffic", "[measure]") {
  Dataset dataset;
  add_steps({row(), row()}, dataset);
  CHECK(support::size(dataset, "step") == 2);
  CHECK(texts(dataset, "step_variant")[0] == "keep");
  CHECK(texts(dataset, "step_job")[0] == "fsd");
  CHECK(texts(dataset, "step_accelerator")[0] == "h100_sxm");
  CHECK(counts(dataset, "step_chips")[1] == 100);
  CHECK(counts(dataset, "step_left_over")[1] == 4);
  CHECK(counts(dataset, "step_tensor")[1] == 8);
  CHECK(counts(dataset, "step_context")[1] == 2);
  CHECK(counts(dataset, "step_expert")[1] == 16);
  CHECK(counts(dataset, "step_pipeline")[1] == 4);
  CHECK(counts(dataset, "step_data")[1] == 3);
  CHECK(counts(dataset, "step_micro_batches")[1] == 16);
  CHECK(reals(dataset, "step_duration")[0] == 2);
  CHECK(reals(dataset, "step_samples")[0] == 48);
  CHECK(reals(dataset, "step_tokens")[0] == 98304);
  CHECK(reals(dataset, "step_model_flop")[0] == 1e15);
  CHECK(reals(dataset, "step_hardware_flop")[0] == 1.25e15);
  CHECK(reals(dataset, "step_mfu")[0] == 0.4);
  CHECK(reals(dataset, "step_hfu")[0] == 0.5);
  CHECK(reals(dataset, "step_energy")[0] == 6e6);
  CHECK(reals(dataset, "step_scale_out")[0] == 7e9);
  CHECK(reals(dataset, "step_memory_parameters")[0] == 1);
  CHECK(reals(dataset, "step_memory_gradients")[0] == 2);
  CHECK(reals(dataset, "step_memory_optimizer")[0] == 3);
  CHECK(reals(dataset, "step_memory_activations")[0] == 40);
  CHECK(reals(dataset, "step_memory_working")[0] == 5);
  CHECK(reals(dataset, "step_memory_capacity")[0] == 80e9);
}

TEST_CASE("a step says what measured ones of the like took", "[measure]") {
  StepRow far = row();
  far.band.extrapolated = true;
  Dataset dataset;
  add_steps({row(), far}, dataset);
  CHECK(reals(dataset, "step_duration_low") == std::vector<double>{1.5, 1.5});
  CHECK(reals(dataset, "step_duration_high") == std::vector<double>{3, 3});
  CHECK(texts(dataset, "step_family")[0] == "h100_sxm/mlperf_nemo");
  CHECK(counts(dataset, "step_family_rows")[0] == 12);
  CHECK(counts(dataset, "step_extrapolated") == std::vector<std::int64_t>{0, 1});
  CHECK(texts(dataset, "step_weakest_input")[0] == "secondary");
  for (const char* name : {"step_duration_low", "step_duration_high"}) {
    CHECK(support::variable(dataset, name).unit == "s");
  }
}

TEST_CASE("where nothing was measured the band is the predicted time alone", "[measure]") {
  StepRow unknown = row();
  unknown.band = {};
  Dataset dataset;
  add_steps({unknown}, dataset);
  CHECK(reals(dataset, "step_duration_low")[0] == 2);
  CHECK(reals(dataset, "step_duration_high")[0] == 2);
  CHECK(texts(dataset, "step_family")[0].empty());
  CHECK(counts(dataset, "step_family_rows")[0] == 0);
  CHECK(counts(dataset, "step_extrapolated")[0] == 1);
}

TEST_CASE("what the time of a step goes to stands by step and activity", "[measure]") {
  Dataset dataset;
  add_steps({row(), row()}, dataset);
  CHECK(texts(dataset, "activity") ==
        std::vector<std::string>(program::activity_names.begin(), program::activity_names.end()));
  CHECK(support::variable(dataset, "step_time").dimensions ==
        std::vector<std::string>{"step", "activity"});
  const auto& spent = reals(dataset, "step_time");
  REQUIRE(spent.size() == 2 * program::activities);
  CHECK(spent[program::activities + 3] == row().answer.spent[3].value());
}

TEST_CASE("a collective that takes no time has a utilisation of zero, not NaN", "[measure]") {
  StepRow alone;
  alone.answer.mfu = std::nan("");
  alone.answer.hfu = std::nan("");
  Dataset dataset;
  add_steps({alone}, dataset);
  CHECK(reals(dataset, "step_mfu")[0] == 0);
  CHECK(reals(dataset, "step_hfu")[0] == 0);
}

TEST_CASE("without steps the columns are there, and empty", "[measure]") {
  Dataset dataset;
  add_steps({}, dataset);
  CHECK(support::size(dataset, "step") == 0);
  CHECK(reals(dataset, "step_duration").empty());
  CHECK(reals(dataset, "step_time").empty());
}

}  // namespace trainyard::measure
